/// -1, 0 or 1 as x is below, at or above 0; NaN stays. Gradient: 0.
public struct Sign: ElementwiseOperation {
  public static let name = "sign"
  public static let formula = Formula { x in sign(x) }
  public static let samples = [
    Sample(Sign(), .real([2, 3], avoiding: [0])),
    Sample(Sign(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The sign of each element: -1, 0 or 1.
  public func sign() -> Tensor { apply(Sign(), [self])[0] }
}
