/// Y₀(x), the Bessel function of the second kind of order 0. Gradient: -g·Y₁(x).
public struct BesselY0: ElementwiseOperation {
  public static let name = "besselY0"
  public static let formula = Formula { x in WeftTensor.besselY0(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(BesselY0(), .real([2, 3], in: 0.5...6))]
  public init() {}
}

extension Tensor {
  /// The Bessel function of the second kind of order 0, of each element
  /// (PyTorch's `special.bessel_y0`).
  public func besselY0() -> Tensor { apply(BesselY0(), [self])[0] }
}
