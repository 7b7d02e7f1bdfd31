import WeftTensor

// What every operation must state, apart from its samples.
extension ContractCheck {
  /// What an operation states is examined once, with its first sample.
  private static func once(_ sample: ContractCase) -> (any TensorOperation.Type)? {
    sample.number == 0 ? type(of: sample.operation) : nil
  }

  static func equation(_ sample: ContractCase, _ findings: inout Findings) {
    guard let kind = once(sample) else { return }
    if kind.equation.isEmpty { findings.lacks("\(kind): an `equation`") }
    findings.expect(!kind.equation.contains("\n"), "\(kind): `equation` is not one line")
  }

  /// Each refusal is thrown before anything runs, or, where values are at fault, by the kernel.
  static func refusals(_ sample: ContractCase, _ findings: inout Findings) throws {
    guard let kind = once(sample) else { return }
    if kind.refusals.isEmpty && !sample.takesEverything { findings.lacks("\(kind): `refusals`") }
    for (number, refusal) in kind.refusals.enumerated() {
      let label = "\(kind), refusal \(number)"
      let inputs = refusal.inputs.enumerated().map { $1.draw(seed: UInt64(100 * number + $0)) }
      let refused = ContractCase(operation: refusal.operation, inputs: inputs, label: label)
      do {
        _ = try refused.run()
        findings.fail("\(label): not refused, expected an error with '\(refusal.message)'")
      } catch let error as TensorError {
        let text = "\(error)"
        findings.expect(text.contains(refusal.message), "\(label): '\(refusal.message)' is not in: \(text)")
        let isEarly = (try? refusal.operation.checkedOutputs(for: inputs.map(\.spec))) == nil
        let concernsValues = [.index, .value].contains(error.code)
        findings.expect(isEarly || concernsValues, "\(label): `outputs(for:)` lets it pass")
      }
    }
  }

  /// The operation written to a file and read back is the same; its defaults are values of its attributes.
  static func attributes(_ sample: ContractCase, _ findings: inout Findings) throws {
    let list = AttributeList(of: sample.operation)
    guard list.isReadable else { return }
    let value = try list.encoded()
    let copy = try list.decoded(value)
    findings.expect(
      AnyHashable(copy) == AnyHashable(sample.operation), "\(sample.label): \(value) is read back as \(copy)")
    guard let kind = once(sample) else { return }
    for name in kind.defaults.keys where !list.names.contains(name) {
      findings.fail("\(kind): the default of '\(name)' is of no attribute; there are \(list.names)")
    }
    _ = try list.decoded(value.merging(try list.defaults()))
  }
}

extension ContractCase {
  /// Whether one input of any type and any shape will do, so that there is nothing to refuse.
  fileprivate var takesEverything: Bool {
    guard inputs.count == 1 else { return false }
    let shapes: [Shape] = [[], [0], [3], [2, 0, 3], Shape(Array(repeating: 1, count: 16))]
    return DType.allCases.allSatisfy { dtype in
      shapes.allSatisfy { (try? operation.checkedOutputs(for: [TensorSpec($0, dtype)])) != nil }
    }
  }
}
