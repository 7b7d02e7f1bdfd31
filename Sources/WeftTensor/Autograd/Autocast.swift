/// Runs `body` with mixed precision: products and convolutions take their float32 operands as `dtype` and give `dtype`,
/// losses and sums run in float32, everything else in the type it gets. Parameters, their gradients and the optimizer
/// stay in float32.
///
/// ```swift
/// let loss = autocast { crossEntropy(model(images), classIndices: labels) }
/// loss.backward()
/// optimizer.step()
/// ```
/// Put the forward pass and the loss inside; a backward pass needs no scope, since it computes in the types of the forward
/// pass. What a leaf was cast to is kept for the scope, so that a weight used many times is cast once. As PyTorch's
/// `torch.autocast`; see `AutocastRule` for what is cast, and `Note: Autocast` for where the two differ.
///
/// - Parameter dtype: `.bfloat16`, or nil for none: inside another scope, `autocast(nil)` turns it off.
///
/// Misuse: any other type. (Gradients would underflow in float16 unless losses were scaled.)
public func autocast<Result>(_ dtype: DType? = .bfloat16, _ body: () throws -> Result) rethrows -> Result {
  if let dtype, dtype != .bfloat16 {
    report(
      TensorError(
        .dtype, operation: "autocast", expected: "bfloat16, or nil for no casts", got: "\(dtype)",
        hint: dtype == .float16 ? "gradients underflow in float16; bfloat16 has float32's range" : ""))
    return try body()
  }
  if Modes.current.autocast?.dtype == dtype { return try body() }
  return try Modes.with({ $0.autocast = dtype.map(AutocastScope.init) }, body)
}

extension AutocastScope: Interpreter {
  /// Applies an operation to its operands as its rule wants them. What it does inside is not cast again.
  func interpret(_ call: Call) -> [Tensor] {
    Modes.with({ $0.autocast = nil }) {
      apply(call.operation, operands(call.inputs, by: type(of: call.operation).autocastRule))
    }
  }
}

extension Tensor {
  /// This tensor as an operation of rule `.float32` would get it: for composites that are to run so as a whole.
  package var uncast: Tensor {
    Modes.current.autocast != nil && dtype.isHalf ? converted(to: .float32) : self
  }
}
