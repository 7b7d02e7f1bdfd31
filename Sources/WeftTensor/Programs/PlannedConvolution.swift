/// A convolution of a plan with the formula behind it, for runs that nobody looks on at. Where its operands lie as they
/// did before, the kernel is told addresses and nothing else: of a small image the rest would take longer than the kernel.
final class PlannedConvolution: Sendable {
  private struct State {
    var call: ConvolutionCall?
    /// The content of the weight that was met last.
    var content: UInt64 = 0
  }

  private let operation: Convolution
  private let finish: Finish?
  private let output: TensorSpec
  private let state = Guarded(State())

  /// Nil for other operations, and for types that the kernel is not handed as they are.
  init?(_ operation: any TensorOperation, _ inputs: [TensorSpec], _ finish: Finish?, as outputs: [TensorSpec]) {
    let count = finish?.count ?? inputs.count
    guard let operation = operation as? Convolution, outputs.count == 1, outputs[0].dtype == .float32,
      outputs[0].shape.elementCount > 0,
      inputs.prefix(count).allSatisfy({ $0.dtype == .float32 && $0.shape.elementCount > 0 })
    else { return nil }
    (self.operation, self.finish, output) = (operation, finish, outputs[0])
  }

  /// The result, or nil and nothing done where it is to be found in the general way.
  ///
  /// - Parameter inputs: Where the operands stand among the values.
  func run(_ inputs: [Program.Reading], _ values: [Tensor?]) -> Tensor? {
    func operand(_ place: Int) -> StorageView? { values[inputs[place].slot]?.view }
    if let call = state.withLock({ $0.call }), call.fits(operand) {
      return withExtendedLifetime(values) { call.run(operand) }
    }
    var operands: [Tensor] = []
    for input in inputs {
      guard let value = values[input.slot] else { return nil }
      operands.append(value.counted(as: input.spec))
    }
    guard meetsAgain(operands[1]) else { return nil }
    let pass = finish?.pass(&operands)
    guard let call = ConvolutionCall(operation, operands, pass, as: output) else { return nil }
    state.withLock { $0.call = call }
    return withExtendedLifetime(values) { call.run(operand) }
  }

  /// Whether a weight is what it was in the run before: one that is trained is another in each, and describing the call is
  /// of no use then.
  private func meetsAgain(_ weight: Tensor) -> Bool {
    let content = weight.storage.content
    return state.withLock { state in
      defer { state.content = content }
      return state.content == content
    }
  }
}
