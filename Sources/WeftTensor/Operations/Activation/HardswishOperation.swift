/// x·hardsigmoid(x). Gradient: 0 for x ≤ -3, g for x ≥ 3, g(x/3 + 1/2) between. Howard et al. 2019.
public struct HardswishOperation: ElementwiseOperation {
  public static let name = "hardswish"
  public static let formula = Formula(
    { x in x * hardSigmoid(x) },
    derivative: { g, x, _ in select(x .<= -3, 0, select(x .>= 3, g, g * (x * (1.0 / 3) + 0.5))) })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(HardswishOperation(), .real([2, 3], in: -5...5, avoiding: [-3, 3]))
  ]
  public init() {}
}

extension Tensor {
  /// x·hardsigmoid(x).
  public func hardswish() -> Tensor { apply(HardswishOperation(), [self])[0] }
}
