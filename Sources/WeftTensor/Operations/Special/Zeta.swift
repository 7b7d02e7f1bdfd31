/// Hurwitz's ζ(s, q) = Σ (q + k)⁻ˢ over k from 0. Gradient of q: -g·s·ζ(s + 1, q); there is none of s.
public struct Zeta: FunctionOfOrder {
  public static let name = "zeta"
  public static let operands: Operands = ["order", "x"]
  public static let formula = Formula { s, q in WeftTensor.zeta(s, q) }
  public static let order = "s"
  public init() {}

  public static let samples = [
    Sample(Zeta(), .exactly([4, 2, 3], [3], dtype: .int64), .real([2, 3], in: 0.4...4)),
    Sample(Zeta(), .integers([2, 1], in: 2..<6, dtype: .int32), .real([3], in: 0.4...4)),
  ]
}

/// Hurwitz's zeta function Σ (q + k)⁻ˢ, element by element, broadcast; with q = 1, Riemann's. It has no derivative in
/// s.
public func zeta(_ s: Tensor, _ q: Tensor) -> Tensor { apply(Zeta(), [s, q])[0] }
