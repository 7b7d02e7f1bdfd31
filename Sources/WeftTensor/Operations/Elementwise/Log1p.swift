/// log(1 + x), accurate near 0. Gradient: g/(1 + x).
public struct Log1p: ElementwiseOperation {
  public static let name = "log1p"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x in log1p(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(Log1p(), .real([2, 3], in: -0.7...3)),
    Sample(Log1p(), .real([3], in: -1e-6...1e-6)),
  ]
  public init() {}
}

extension Tensor {
  /// log(1 + x) of each element, accurate near 0.
  public func log1p() -> Tensor { apply(Log1p(), [self])[0] }
}
