/// acos x. Gradient: -g/√(1 - x²).
public struct Acos: ElementwiseOperation {
  public static let name = "acos"
  public static let formula = Formula { x in acos(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Acos(), .real([2, 3], in: -0.8...0.8))]
  public init() {}
}

extension Tensor {
  /// The angle in 0 ... π whose cosine is each element; NaN outside -1 ... 1.
  public func acos() -> Tensor { apply(Acos(), [self])[0] }
}
