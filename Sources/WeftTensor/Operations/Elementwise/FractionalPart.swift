/// x - trunc x, which has the sign of x. Gradient: g.
public struct FractionalPart: ElementwiseOperation {
  public static let name = "fractionalPart"
  public static let formula = Formula { x in x - trunc(x) }
  public static let samples = [
    Sample(FractionalPart(), .real([2, 3], in: 0.1...0.9)),
    Sample(FractionalPart(), .real([3], in: -2.9 ... -2.1)),
    Sample(FractionalPart(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// What stands behind the point, with the sign of the element (PyTorch's `frac`).
  public func fractionalPart() -> Tensor { apply(FractionalPart(), [self])[0] }
}
