/// tanh x. Gradient: g(1 - y²).
public struct TanhOperation: ElementwiseOperation {
  public static let name = "tanh"
  public static let formula = Formula { x in tanh(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(TanhOperation(), .real([2, 3])), Sample(TanhOperation(), .real([0, 2]))]
  public init() {}
}

extension Tensor {
  /// The hyperbolic tangent of each element.
  public func tanh() -> Tensor { apply(TanhOperation(), [self])[0] }
}
