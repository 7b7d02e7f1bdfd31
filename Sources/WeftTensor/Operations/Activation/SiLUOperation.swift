/// x·σ(x). Gradient: g(σ + xσ(1 - σ)). Elfwing et al. 2017.
public struct SiLUOperation: ElementwiseOperation {
  public static let name = "silu"
  public static let formula = Formula(
    { x in x * sigmoid(x) },
    derivative: { g, x, _ in
      // σ(-x) is not 0 yet where 1 - σ(x) is; and g·x would overflow where x is huge.
      g * (sigmoid(x) * (x * sigmoid(-x) + 1))
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(SiLUOperation(), .real([2, 3])),
    Sample(SiLUOperation(), .real([0, 2])),
  ]
  public init() {}
}

extension Tensor {
  /// x·σ(x), also called swish.
  public func silu() -> Tensor { apply(SiLUOperation(), [self])[0] }
}
