/// Whether x is below 0, or the zero below 0 (-0.0). A NaN counts as positive.
public struct SignBit: BooleanOperation {
  public static let name = "signBit"
  public static let formula = Formula { x in isNegative(x) }
  public static let samples = [
    Sample(SignBit(), .exactly([1, -2, 0, 3, -0.5, .nan], [2, 3])),
    Sample(SignBit(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}

  /// 1/x tells the zeros apart; of integers it is 0.
  static func isNegative(_ x: Expression) -> Expression {
    (x .< 0) .| ((x .== 0) .& (Expression(.divide, 1, x) .< 0))
  }
}

extension Tensor {
  /// Whether each element has a minus sign, as -0.0 has; bool.
  public func signBit() -> Tensor { apply(SignBit(), [self])[0] }
}
