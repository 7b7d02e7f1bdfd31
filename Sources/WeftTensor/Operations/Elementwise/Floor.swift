/// ⌊x⌋. Gradient: 0.
public struct Floor: ElementwiseOperation {
  public static let name = "floor"
  public static let formula = Formula { x in floor(x) }
  public static let samples = [
    Sample(Floor(), .real([2, 3], avoiding: [-2, -1, 0, 1, 2])),
    Sample(Floor(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The largest integer not above each element, in the same type.
  public func floor() -> Tensor { apply(Floor(), [self])[0] }
}
