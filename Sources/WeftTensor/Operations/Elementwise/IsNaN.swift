/// Whether x is NaN; a bool.
public struct IsNaN: BooleanOperation {
  public static let name = "isNaN"
  public static let formula = Formula { x in isNaN(x) }
  public static let samples = [
    Sample(IsNaN(), .exactly([0, 1, .nan, .infinity, -.infinity], [5])),
    Sample(IsNaN(), .integers([2, 3], in: -3..<3)),
  ]
  public init() {}
}

extension Tensor {
  /// Whether each element is NaN, as bool.
  public func isNaN() -> Tensor { apply(IsNaN(), [self])[0] }
}
