/// (x + 3)/6 cut to 0 ... 1. Gradient: g/6 for -3 < x < 3, else 0.
public struct HardsigmoidOperation: ElementwiseOperation {
  public static let name = "hardsigmoid"
  public static let formula = Formula(
    { x in hardSigmoid(x) },
    derivative: { g, x, _ in select(x .> -3, select(x .< 3, g * (1.0 / 6), 0), keepingNaN(0, of: x)) })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(HardsigmoidOperation(), .real([2, 3], in: -5...5, avoiding: [-3, 3]))
  ]
  public init() {}
}

extension Tensor {
  /// (x + 3)/6 cut to 0 ... 1.
  public func hardsigmoid() -> Tensor { apply(HardsigmoidOperation(), [self])[0] }
}
