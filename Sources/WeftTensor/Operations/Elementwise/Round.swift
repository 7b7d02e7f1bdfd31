/// The integer nearest to x, of two the even one. Gradient: 0.
public struct Round: ElementwiseOperation {
  public static let name = "round"
  public static let formula = Formula { x in round(x) }
  public static let samples = [
    Sample(Round(), .real([2, 3], avoiding: [-1.5, -0.5, 0.5, 1.5])),
    Sample(Round(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The integer nearest to each element, halves to the even one, in the same type.
  public func round() -> Tensor { apply(Round(), [self])[0] }
}
