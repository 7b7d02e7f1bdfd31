/// sinh x. Gradient: g·cosh x.
public struct Sinh: ElementwiseOperation {
  public static let name = "sinh"
  public static let formula = Formula { x in sinh(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Sinh(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The hyperbolic sine of each element.
  public func sinh() -> Tensor { apply(Sinh(), [self])[0] }
}
