/// Whether x is ∞; a bool.
public struct IsPositiveInfinity: BooleanOperation {
  public static let name = "isPositiveInfinity"
  public static let formula = Formula { x in isInfinite(x) .& (x .> 0) }
  public static let samples = [
    Sample(IsPositiveInfinity(), .exactly([1, -2, .infinity, -.infinity, .nan, 0], [2, 3])),
    Sample(IsPositiveInfinity(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// Whether each element is ∞; bool.
  public func isPositiveInfinity() -> Tensor { apply(IsPositiveInfinity(), [self])[0] }
}
