/// eˣ - 1, accurate near 0. Gradient: g(y + 1).
public struct Expm1: ElementwiseOperation {
  public static let name = "expm1"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x in expm1(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Expm1(), .real([2, 3])), Sample(Expm1(), .real([3], in: -1e-6...1e-6))]
  public init() {}
}

extension Tensor {
  /// eˣ - 1 of each element, accurate near 0.
  public func expm1() -> Tensor { apply(Expm1(), [self])[0] }
}
