/// cos x. Gradient: -g·sin x.
public struct Cos: ElementwiseOperation {
  public static let name = "cos"
  public static let formula = Formula { x in cos(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Cos(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The cosine of each element, in radians.
  public func cos() -> Tensor { apply(Cos(), [self])[0] }
}
