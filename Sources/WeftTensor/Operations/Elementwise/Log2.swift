/// log₂ x. Gradient: g/(x·log 2).
public struct Log2: ElementwiseOperation {
  public static let name = "log2"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x in log2(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Log2(), .real([2, 3], in: 0.2...3))]
  public init() {}
}

extension Tensor {
  /// The logarithm to base 2 of each element.
  public func log2() -> Tensor { apply(Log2(), [self])[0] }
}
