/// I₀(x), the modified Bessel function of the first kind of order 0. Gradient: g·I₁(x).
public struct BesselI0: ElementwiseOperation {
  public static let name = "besselI0"
  public static let formula = Formula { x in WeftTensor.besselI0(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(BesselI0(), .real([2, 3], in: -4...4))]
  public init() {}
}

extension Tensor {
  /// The modified Bessel function of the first kind of order 0, of each element
  /// (PyTorch's `special.i0`).
  public func besselI0() -> Tensor { apply(BesselI0(), [self])[0] }
}
