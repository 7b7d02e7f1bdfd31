/// xᵖ for a number p. Gradient: g·p·xᵖ⁻¹ (0 where p = 0).
public struct PowOfNumber: ElementwiseOperation {
  public static let name = "powOfNumber"
  public static var autocastRule: AutocastRule { .float32 }
  /// p, the same for all elements.
  public let exponent: Double

  public init(exponent: Double) { self.exponent = exponent }

  public var parameters: [Double] { [exponent] }
  public static let formula = Formula(inputs: 1, parameters: 1) { x, p in [pow(x[0], p[0])] }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(PowOfNumber(exponent: 1.5), .real([2, 3], in: 0.3...2)),
    Sample(PowOfNumber(exponent: 3), .real([2, 3])),
    Sample(PowOfNumber(exponent: -2), .real([3], in: 0.5...2)),
    Sample(PowOfNumber(exponent: 0), .exactly([0, 1, -2], [3])),
  ]
}
