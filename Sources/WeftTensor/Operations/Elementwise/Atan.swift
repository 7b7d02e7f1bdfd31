/// atan x. Gradient: g/(1 + x²).
public struct Atan: ElementwiseOperation {
  public static let name = "atan"
  public static let formula = Formula { x in atan(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Atan(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The angle in -π/2 ... π/2 whose tangent is each element.
  public func atan() -> Tensor { apply(Atan(), [self])[0] }
}
