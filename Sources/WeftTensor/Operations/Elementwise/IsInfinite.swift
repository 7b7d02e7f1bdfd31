/// Whether x is ∞ or -∞; a bool.
public struct IsInfinite: BooleanOperation {
  public static let name = "isInfinite"
  public static let formula = Formula { x in isInfinite(x) }
  public static let samples = [
    Sample(IsInfinite(), .exactly([0, 1, .nan, .infinity, -.infinity], [5])),
    Sample(IsInfinite(), .integers([2, 3], in: -3..<3)),
  ]
  public init() {}
}

extension Tensor {
  /// Whether each element is ∞ or -∞, as bool.
  public func isInfinite() -> Tensor { apply(IsInfinite(), [self])[0] }
}
