/// log₁₀ x. Gradient: g/(x·log 10).
public struct Log10: ElementwiseOperation {
  public static let name = "log10"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x in log10(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Log10(), .real([2, 3], in: 0.2...3))]
  public init() {}
}

extension Tensor {
  /// The logarithm to base 10 of each element.
  public func log10() -> Tensor { apply(Log10(), [self])[0] }
}
