/// Hurwitz's ζ(s, q) = Σ (q + k)⁻ˢ over k from 0. Gradient of q: -g·s·ζ(s + 1, q); there is none of s.
public struct Zeta: ElementwiseOperation {
  public static let name = "zeta"
  public static let formula = Formula { s, q in WeftTensor.zeta(s, q) }
  public static var resultType: ElementwiseResult { .floating }
  public init() {}

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    if needs[0] { return [.failed(.noSlope("s", operation: Self.name)), nil] }
    return Self.formula.gradient(needs: needs).evaluate(gradients, saved, parameters: [], axis: nil)
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    if tangents[0] != nil { return [.failed(.noSlope("s", operation: Self.name))] }
    return Self.formula.tangent(moving: [false, true]).evaluate(tangents, inputs, outputs, parameters: [], axis: nil)
  }

  public static let samples = [
    Sample(Zeta(), .exactly([4, 2, 3], [3], dtype: .int64), .real([2, 3], in: 0.4...4)),
    Sample(Zeta(), .integers([2, 1], in: 2..<6, dtype: .int32), .real([3], in: 0.4...4)),
  ]
}

/// Hurwitz's zeta function Σ (q + k)⁻ˢ, element by element, broadcast; with q = 1, Riemann's. It has no derivative in
/// s.
public func zeta(_ s: Tensor, _ q: Tensor) -> Tensor { apply(Zeta(), [s, q])[0] }

extension TensorError {
  /// A gradient of an operand that a special function has no derivative in.
  static func noSlope(_ operand: String, operation: String) -> TensorError {
    TensorError(
      .differentiation, operation: operation, expected: "a gradient for the second operand alone",
      got: "a request for that of \(operand), in which there is no derivative", hint: "`detach()` it")
  }
}
