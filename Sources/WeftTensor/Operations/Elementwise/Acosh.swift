/// acosh x. Gradient: g/√(x² - 1).
public struct Acosh: ElementwiseOperation {
  public static let name = "acosh"
  public static let formula = Formula { x in acosh(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Acosh(), .real([2, 3], in: 1.3...3))]
  public init() {}
}

extension Tensor {
  /// The inverse hyperbolic cosine of each element; NaN below 1.
  public func acosh() -> Tensor { apply(Acosh(), [self])[0] }
}
