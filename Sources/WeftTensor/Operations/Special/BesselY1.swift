/// Y₁(x), the Bessel function of the second kind of order 1. Gradient: g(Y₀(x) - y/x).
public struct BesselY1: ElementwiseOperation {
  public static let name = "besselY1"
  public static let formula = Formula { x in WeftTensor.besselY1(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(BesselY1(), .real([2, 3], in: 0.5...6))]
  public init() {}
}

extension Tensor {
  /// The Bessel function of the second kind of order 1, of each element
  /// (PyTorch's `special.bessel_y1`).
  public func besselY1() -> Tensor { apply(BesselY1(), [self])[0] }
}
