/// Φ(x) = erfc(-x/√2)/2: how much of the standard normal distribution lies below x. Gradient: g·e^(-x²/2)/√(2π).
public struct NormalCDF: ElementwiseOperation {
  public static let name = "normalCDF"
  public static let formula = Formula { x in 0.5 * erfc(x * -0.7071067811865476) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(NormalCDF(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The probability that a standard normal number lies below each element (PyTorch's `special.ndtr`).
  public func normalCDF() -> Tensor { apply(NormalCDF(), [self])[0] }
}
