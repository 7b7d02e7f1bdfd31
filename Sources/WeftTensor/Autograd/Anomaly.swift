// Anomaly detection: the first value that is not finite, caught where it arises.

/// Runs `body` with every result of every operation, forward and backward, checked for NaN and infinities. The first
/// one found is reported as an error that names the operation, the module and the range of its inputs.
public func detectAnomalies<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Modes.with({ $0.detectsAnomalies = true }, body)
}

func checkFinite(_ outputs: [Tensor], of operation: some Operation, _ inputs: [Tensor], _ modes: Modes) {
  guard outputs.contains(where: { !$0.isAllFinite }) else { return }
  report(.notFinite(type(of: operation).name, "forward", modulePath: modes.modulePath, inputs))
}

func checkFinite(_ gradients: [Tensor?], from node: Node, _ saved: Saved) throws(TensorError) {
  guard gradients.contains(where: { !($0?.isAllFinite ?? true) }) else { return }
  throw .notFinite(node.name, "backward", modulePath: node.modulePath, saved.inputs.compactMap { $0 })
}

extension Tensor {
  /// Whether no element is NaN or infinite. Runs outside the recorded graph and unchecked.
  var isAllFinite: Bool {
    guard dtype.isFloatingPoint, elementCount > 0 else { return true }
    return Tensor.reduce(Self.finiteness, by: .minimum, nil, [with(source: nil)], as: TensorSpec([], .float32)).item() == 1
  }

  private static let finiteness = Formula { x in WeftTensor.isFinite(x) }
}

extension TensorError {
  static func notFinite(_ operation: String, _ pass: String, modulePath: String, _ inputs: [Tensor]) -> TensorError {
    let ranges = inputs.enumerated().map { "input \($0): \($1.spec), \($1.rangeDescription)" }
    var error = TensorError(
      .notFinite, operation: operation, expected: "finite values", got: "NaN or infinity in the \(pass) pass",
      hint: ranges.joined(separator: "; "))
    error.modulePath = modulePath
    return error
  }
}

extension Tensor {
  /// The smallest and largest element, for messages.
  var rangeDescription: String {
    guard elementCount > 0 else { return "empty" }
    let plain = [with(source: nil)]
    let low = Tensor.reduce(Formulas.identity, by: .minimum, nil, plain, as: TensorSpec([], .float64)).item()
    let high = Tensor.reduce(Formulas.identity, by: .maximum, nil, plain, as: TensorSpec([], .float64)).item()
    return "from \(low) to \(high)"
  }
}
