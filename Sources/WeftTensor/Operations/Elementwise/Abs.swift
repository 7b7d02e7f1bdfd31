/// |x|. Gradient: g·sign(x), 0 at 0.
public struct Abs: ElementwiseOperation {
  public static let name = "abs"
  public static let formula = Formula { x in abs(x) }
  public static let samples = [
    Sample(Abs(), .real([2, 3], avoiding: [0])),
    Sample(Abs(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The absolute value of each element.
  public func abs() -> Tensor { apply(Abs(), [self])[0] }
}
