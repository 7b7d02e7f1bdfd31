/// ⌈x⌉. Gradient: 0.
public struct Ceil: ElementwiseOperation {
  public static let name = "ceil"
  public static let formula = Formula { x in ceil(x) }
  public static let samples = [
    Sample(Ceil(), .real([2, 3], avoiding: [-2, -1, 0, 1, 2])),
    Sample(Ceil(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The smallest integer not below each element, in the same type.
  public func ceil() -> Tensor { apply(Ceil(), [self])[0] }
}
