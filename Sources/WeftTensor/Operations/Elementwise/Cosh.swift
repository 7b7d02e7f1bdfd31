/// cosh x. Gradient: g·sinh x.
public struct Cosh: ElementwiseOperation {
  public static let name = "cosh"
  public static let formula = Formula { x in cosh(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Cosh(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The hyperbolic cosine of each element.
  public func cosh() -> Tensor { apply(Cosh(), [self])[0] }
}
