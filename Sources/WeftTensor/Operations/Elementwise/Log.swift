/// log x. Gradient: g/x.
public struct Log: ElementwiseOperation {
  public static let name = "log"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x in log(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Log(), .real([2, 3], in: 0.2...3))]
  public init() {}
}

extension Tensor {
  /// The natural logarithm of each element: -∞ at 0, NaN below.
  public func log() -> Tensor { apply(Log(), [self])[0] }
}
