/// J₁(x), the Bessel function of the first kind of order 1. Gradient: g(J₀(x) - y/x), g/2 at 0.
public struct BesselJ1: ElementwiseOperation {
  public static let name = "besselJ1"
  public static let formula = Formula { x in WeftTensor.besselJ1(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(BesselJ1(), .real([2, 3], in: -4...4))]
  public init() {}
}

extension Tensor {
  /// The Bessel function of the first kind of order 1, of each element
  /// (PyTorch's `special.bessel_j1`).
  public func besselJ1() -> Tensor { apply(BesselJ1(), [self])[0] }
}
