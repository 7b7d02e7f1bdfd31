/// 1 - erf x, accurate where that is small. Gradient: -2/√π · g·e^(-x²).
public struct Erfc: ElementwiseOperation {
  public static let name = "erfc"
  public static let formula = Formula { x in erfc(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Erfc(), .real([2, 3])), Sample(Erfc(), .real([3], in: 3...5))]
  public init() {}
}

extension Tensor {
  /// 1 - erf of each element, accurate where that is small.
  public func erfc() -> Tensor { apply(Erfc(), [self])[0] }
}
