/// 1/√x. Gradient: -g·y³/2.
public struct Rsqrt: ElementwiseOperation {
  public static let name = "rsqrt"
  public static let formula = Formula { x in rsqrt(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Rsqrt(), .real([2, 3], in: 0.2...3))]
  public init() {}
}

extension Tensor {
  /// One over the square root of each element.
  public func rsqrt() -> Tensor { apply(Rsqrt(), [self])[0] }
}
