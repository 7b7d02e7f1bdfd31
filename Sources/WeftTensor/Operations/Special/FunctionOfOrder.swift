/// A function of an order and an argument that has a derivative in the argument alone: one in the order is an error where
/// it is wanted, not a zero.
public protocol FunctionOfOrder: ElementwiseOperation {
  /// The order's name in messages.
  static var order: String { get }
}

extension FunctionOfOrder {
  public static var resultType: ElementwiseResult { .floating }

  /// An error where the order's gradient is wanted.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    if needs[0] { return [.failed(.noSlope(Self.order, operation: Self.name)), nil] }
    return Self.formula.gradient(needs: needs).evaluate(gradients, saved, parameters: [], axis: nil)
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    if tangents[0] != nil { return [.failed(.noSlope(Self.order, operation: Self.name))] }
    return Self.formula.tangent(moving: [false, true]).evaluate(tangents, inputs, outputs, parameters: [], axis: nil)
  }
}

extension TensorError {
  /// A gradient of an operand that a special function has no derivative in.
  fileprivate static func noSlope(_ operand: String, operation: String) -> TensorError {
    TensorError(
      .differentiation, operation: operation, expected: "a gradient for the second operand alone",
      got: "a request for that of \(operand), in which there is no derivative", hint: "`detach()` it")
  }
}
