/// The y with Φ(y) = x, Φ the standard normal distribution: ∓∞ at 0 and 1, NaN beyond. Gradient: √(2π)·g·e^(y²/2).
public struct NormalQuantile: ElementwiseOperation {
  public static let name = "normalQuantile"
  public static let formula = Formula { x in WeftTensor.normalQuantile(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(NormalQuantile(), .real([2, 3], in: 0.1...0.9))]
  public init() {}
}

extension Tensor {
  /// The number below which a standard normal one lies with the probability each element names (PyTorch's
  /// `special.ndtri`).
  public func normalQuantile() -> Tensor { apply(NormalQuantile(), [self])[0] }
}
