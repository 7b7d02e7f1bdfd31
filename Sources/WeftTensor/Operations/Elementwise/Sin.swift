/// sin x. Gradient: g·cos x.
public struct Sin: ElementwiseOperation {
  public static let name = "sin"
  public static let formula = Formula { x in sin(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Sin(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The sine of each element, in radians.
  public func sin() -> Tensor { apply(Sin(), [self])[0] }
}
