/// I₁(x), the modified Bessel function of the first kind of order 1. Gradient: g(I₀(x) - y/x), g/2 at 0.
public struct BesselI1: ElementwiseOperation {
  public static let name = "besselI1"
  public static let formula = Formula { x in WeftTensor.besselI1(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(BesselI1(), .real([2, 3], in: -4...4))]
  public init() {}
}

extension Tensor {
  /// The modified Bessel function of the first kind of order 1, of each element
  /// (PyTorch's `special.i1`).
  public func besselI1() -> Tensor { apply(BesselI1(), [self])[0] }
}
