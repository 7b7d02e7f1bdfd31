/// 1/x. Gradient: -g·y².
public struct Reciprocal: ElementwiseOperation {
  public static let name = "reciprocal"
  public static let formula = Formula { x in 1 / x }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(Reciprocal(), .real([2, 3], in: 0.3...2)),
    Sample(Reciprocal(), .real([3], in: -2 ... -0.3)),
  ]
  public init() {}
}

extension Tensor {
  /// One over each element.
  public func reciprocal() -> Tensor { apply(Reciprocal(), [self])[0] }
}
