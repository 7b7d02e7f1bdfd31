/// atanh x. Gradient: g/(1 - x²).
public struct Atanh: ElementwiseOperation {
  public static let name = "atanh"
  public static let formula = Formula { x in atanh(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Atanh(), .real([2, 3], in: -0.7...0.7))]
  public init() {}
}

extension Tensor {
  /// The inverse hyperbolic tangent of each element; NaN outside -1 ... 1.
  public func atanh() -> Tensor { apply(Atanh(), [self])[0] }
}
