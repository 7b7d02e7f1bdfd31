/// x². Gradient: 2g·x.
public struct Square: ElementwiseOperation {
  public static let name = "square"
  public static let formula = Formula { x in x * x }
  public static let samples = [
    Sample(Square(), .real([2, 3])),
    Sample(Square(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The square of each element.
  public func squared() -> Tensor { apply(Square(), [self])[0] }
}
