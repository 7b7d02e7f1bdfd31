extension TensorOperation {
  /// The specs of the results, once it is sure that the inputs are as many as the operation declares: no operation asks
  /// for an input that may not be there.
  package func checkedOutputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let operands = Self.operands
    guard operands.counts.contains(inputs.count) else { throw .operandCount(of: self, inputs) }
    return try outputs(for: inputs)
  }
}

extension TensorError {
  fileprivate static func operandCount(of operation: some TensorOperation, _ inputs: [TensorSpec]) -> TensorError {
    let operands = type(of: operation).operands
    return TensorError(
      .value, operation: type(of: operation).name,
      operands: inputs.enumerated().map { (operands.name(at: $0), $1) }, expected: "\(operands)",
      got: inputs.isEmpty ? "none" : "\(inputs.count)")
  }
}

extension Operands {
  /// As many nameless operands as the samples of `kind` have; one or more where there are none. Found once
  /// for each kind: every call of such an operation asks.
  static func shown(bySamplesOf kind: any TensorOperation.Type) -> Operands {
    let key = ObjectIdentifier(kind)
    if let known = shown.withLock({ $0[key] }) { return known }
    let counts = kind.samples.map(\.inputs.count)
    var found = Operands([.repeated("operand")], counts: 1...Int.max)
    if let least = counts.min(), let most = counts.max() {
      found = Operands((0..<most).map { Operand("operand \($0)", .numbers, $0 < least ? .required : .optional) })
    }
    shown.withLock { $0[key] = found }
    return found
  }

  private static let shown = Guarded<[ObjectIdentifier: Operands]>([:])
}
