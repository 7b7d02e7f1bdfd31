/// x·σ(x). Gradient: g(σ + xσ(1 - σ)). Elfwing et al. 2017.
public struct SiLUOperation: ElementwiseOperation {
  public static let name = "silu"
  public static let formula = Formula(
    { x in x * sigmoid(x) },
    derivative: { g, x, _ in
      let share = sigmoid(x)
      return g * (share * (x * (1 - share) + 1))  // g·x would overflow where x is huge
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
