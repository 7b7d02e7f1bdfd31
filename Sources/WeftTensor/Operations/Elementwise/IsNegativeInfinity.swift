/// Whether x is -∞; a bool.
public struct IsNegativeInfinity: BooleanOperation {
  public static let name = "isNegativeInfinity"
  public static let formula = Formula { x in isInfinite(x) .& (x .< 0) }
  public static let samples = [
    Sample(IsNegativeInfinity(), .exactly([1, -2, .infinity, -.infinity, .nan, 0], [2, 3])),
    Sample(IsNegativeInfinity(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// Whether each element is -∞; bool.
  public func isNegativeInfinity() -> Tensor { apply(IsNegativeInfinity(), [self])[0] }
}
