/// Whether x is neither NaN nor infinite; a bool.
public struct IsFinite: BooleanOperation {
  public static let name = "isFinite"
  public static let formula = Formula { x in isFinite(x) }
  public static let samples = [
    Sample(IsFinite(), .exactly([0, 1, .nan, .infinity, -.infinity], [5])),
    Sample(IsFinite(), .integers([2, 3], in: -3..<3)),
  ]
  public init() {}
}

extension Tensor {
  /// Whether each element is neither NaN nor infinite, as bool.
  public func isFinite() -> Tensor { apply(IsFinite(), [self])[0] }
}
