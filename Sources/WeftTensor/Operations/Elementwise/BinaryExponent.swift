/// The e of x = s·2ᵉ with |s| in 0.5 ..< 1; 0 for 0, infinities and NaN.
public struct BinaryExponent: ElementwiseOperation {
  public static let name = "binaryExponent"
  public static let whyNotDifferentiable: String? = "its result is an integer"
  public static let formula = Formula { x in exponent(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(BinaryExponent(), .exactly([0, -1.5, 8, 0.3, .infinity, 1e30], [2, 3])),
    Sample(BinaryExponent(), .integers([4], in: -30..<30, dtype: .int32)),
  ]
  public init() {}
}
