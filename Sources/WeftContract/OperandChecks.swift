import WeftTensor

// What an operation takes, as it declares it.
extension ContractCheck {
  static func operands(_ sample: ContractCase, _ findings: inout Findings) {
    let (operands, label) = (type(of: sample.operation).operands, sample.label)
    findings.expect(
      operands.counts.contains(sample.inputs.count), "\(label): \(sample.inputs.count) inputs, declared \(operands)")
    for (operand, input) in zip(operands.list, sample.inputs) where !operand.accepts(input.dtype) {
      findings.fail("\(label): \(operand.name) holds \(operand.kind.rawValue), and the sample's is \(input.dtype)")
    }
    for count in [operands.counts.lowerBound - 1, operands.counts.upperBound].filter({ 0..<16 ~= $0 }) {
      let isTooMany = count == operands.counts.upperBound
      wrongCount(isTooMany ? count + 1 : count, of: sample, &findings)
    }
    if sample.number == 0 { declaration(operands, of: sample, &findings) }
  }

  /// Fewer or more inputs are an error that names the operands.
  private static func wrongCount(_ count: Int, of sample: ContractCase, _ findings: inout Findings) {
    let inputs = (0..<count).map { sample.inputs.isEmpty ? Tensor(ones: [2]) : sample.inputs[$0 % sample.inputs.count] }
    let operation = sample.operation
    let error = sample.error { _ = apply(operation, inputs) }
    let wanted = "expected \(type(of: operation).operands), got"
    findings.expect(
      error?.contains(wanted) == true,
      "\(sample.label) of \(count) inputs: \(error ?? "no error"), expected '\(wanted)'")
  }

  /// Names are there and differ; what may be left out is behind the rest; samples show every operand.
  private static func declaration(_ operands: Operands, of sample: ContractCase, _ findings: inout Findings) {
    let (kind, names) = (type(of: sample.operation), operands.list.map(\.name))
    if names.contains(where: { $0.hasPrefix("operand") }) { findings.lacks("\(kind): names of its `operands`") }
    findings.expect(Set(names).count == names.count, "\(kind): two operands have one name: \(names)")
    let presences = operands.list.map(\.presence)
    let firstLoose = presences.firstIndex { $0 != .required } ?? presences.count
    findings.expect(
      !presences[firstLoose...].contains(.required), "\(kind): a required operand stands behind one that is not")
    let shown = kind.samples.map(\.inputs.count).max() ?? 0
    findings.expect(shown >= operands.list.count, "\(kind): no sample has \(operands), \(shown) inputs at most")
  }
}

extension Operand {
  /// Whether it may hold elements of a type: a mask may also be given as numbers to add.
  fileprivate func accepts(_ dtype: DType) -> Bool {
    switch kind {
    case .numbers: true
    case .indices: dtype.isInteger
    case .mask: dtype == .bool
    }
  }
}
