/// asin x. Gradient: g/√(1 - x²).
public struct Asin: ElementwiseOperation {
  public static let name = "asin"
  public static let formula = Formula { x in asin(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Asin(), .real([2, 3], in: -0.8...0.8))]
  public init() {}
}

extension Tensor {
  /// The angle in -π/2 ... π/2 whose sine is each element; NaN outside -1 ... 1.
  public func asin() -> Tensor { apply(Asin(), [self])[0] }
}
