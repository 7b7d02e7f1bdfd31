/// The y with erf(y) = x: ±∞ at ±1, NaN beyond. Gradient: √π/2·g·e^(y²).
public struct ErfInverse: ElementwiseOperation {
  public static let name = "erfInverse"
  public static let formula = Formula { x in WeftTensor.erfInverse(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(ErfInverse(), .real([2, 3], in: -0.8...0.8))]
  public init() {}
}

extension Tensor {
  /// The inverse of the error function (PyTorch's `erfinv`).
  public func erfInverse() -> Tensor { apply(ErfInverse(), [self])[0] }
}
