/// asinh x. Gradient: g/√(x² + 1).
public struct Asinh: ElementwiseOperation {
  public static let name = "asinh"
  public static let formula = Formula { x in asinh(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Asinh(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The inverse hyperbolic sine of each element.
  public func asinh() -> Tensor { apply(Asinh(), [self])[0] }
}
