/// J₀(x), the Bessel function of the first kind of order 0. Gradient: -g·J₁(x).
public struct BesselJ0: ElementwiseOperation {
  public static let name = "besselJ0"
  public static let formula = Formula { x in WeftTensor.besselJ0(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(BesselJ0(), .real([2, 3], in: -4...4))]
  public init() {}
}

extension Tensor {
  /// The Bessel function of the first kind of order 0, of each element
  /// (PyTorch's `special.bessel_j0`).
  public func besselJ0() -> Tensor { apply(BesselJ0(), [self])[0] }
}
