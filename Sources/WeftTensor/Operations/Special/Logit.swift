/// log(x/(1 - x)), the inverse of the logistic function: ∓∞ at 0 and 1, NaN beyond. Gradient: g/(x(1 - x)).
public struct Logit: ElementwiseOperation {
  public static let name = "logit"
  public static let formula = Formula(
    { x in log(x / (1 - x)) },
    derivative: { g, x, _ in select((x .< 0) .| (x .> 1), Expression(.nan), g / (x * (1 - x))) })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Logit(), .real([2, 3], in: 0.1...0.9))]
  public init() {}
}

extension Tensor {
  /// log(x/(1 - x)) of each element, the inverse of `sigmoid()`.
  /// - Parameter epsilon: Elements are first cut to epsilon ... 1 - epsilon.
  public func logit(epsilon: Double? = nil) -> Tensor {
    guard let epsilon else { return apply(Logit(), [self])[0] }
    return apply(Logit(), [clamped(low: epsilon, high: 1 - epsilon)])[0]
  }
}
