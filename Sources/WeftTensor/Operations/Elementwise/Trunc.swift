/// x without its fraction. Gradient: 0.
public struct Trunc: ElementwiseOperation {
  public static let name = "trunc"
  public static let formula = Formula { x in trunc(x) }
  public static let samples = [
    Sample(Trunc(), .real([2, 3], avoiding: [-2, -1, 0, 1, 2])),
    Sample(Trunc(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// Each element cut toward zero to an integer, in the same type.
  public func trunc() -> Tensor { apply(Trunc(), [self])[0] }
}
