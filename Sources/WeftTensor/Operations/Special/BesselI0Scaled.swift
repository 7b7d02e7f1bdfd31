/// e^(-|x|)·I₀(x), the modified Bessel function of the first kind of order 0, times e^(-|x|). Gradient:
/// g(e^(-|x|)·I₁(x) - sign(x)·y).
public struct BesselI0Scaled: ElementwiseOperation {
  public static let name = "besselI0Scaled"
  public static let formula = Formula { x in WeftTensor.besselI0Scaled(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(BesselI0Scaled(), .real([2, 3], in: -4...4, avoiding: [0]))]
  public init() {}
}

extension Tensor {
  /// The modified Bessel function of the first kind of order 0, times e^(-|x|), of each element
  /// (PyTorch's `special.i0e`).
  public func besselI0Scaled() -> Tensor { apply(BesselI0Scaled(), [self])[0] }
}
