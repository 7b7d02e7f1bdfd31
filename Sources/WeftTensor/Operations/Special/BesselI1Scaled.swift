/// e^(-|x|)·I₁(x), the modified Bessel function of the first kind of order 1, times e^(-|x|). Gradient:
/// g(e^(-|x|)·I₀(x) - y(sign(x) + 1/x)), g/2 at 0.
public struct BesselI1Scaled: ElementwiseOperation {
  public static let name = "besselI1Scaled"
  public static let formula = Formula { x in WeftTensor.besselI1Scaled(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(BesselI1Scaled(), .real([2, 3], in: -4...4, avoiding: [0]))]
  public init() {}
}

extension Tensor {
  /// The modified Bessel function of the first kind of order 1, times e^(-|x|), of each element
  /// (PyTorch's `special.i1e`).
  public func besselI1Scaled() -> Tensor { apply(BesselI1Scaled(), [self])[0] }
}
