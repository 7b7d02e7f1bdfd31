/// √x. Gradient: g/2y.
public struct Sqrt: ElementwiseOperation {
  public static let name = "sqrt"
  public static let formula = Formula { x in sqrt(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Sqrt(), .real([2, 3], in: 0.2...3)), Sample(Sqrt(), .real([], in: 1...2))]
  public init() {}
}

extension Tensor {
  /// The square root of each element; NaN where it is negative.
  public func sqrt() -> Tensor { apply(Sqrt(), [self])[0] }
}
