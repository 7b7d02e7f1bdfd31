/// log Φ(x), Φ the standard normal distribution: by e^(t²)·erfc t, t = -x/√2, where Φ is small. Gradient: that of log
/// Φ, √(2/π)/(e^(t²)·erfc t).
public struct LogNormalCDF: ElementwiseOperation {
  public static let name = "logNormalCDF"
  public static let formula = Formula(
    { x in
      let low = log(0.5 * WeftTensor.erfcScaled(x * -0.7071067811865476)) - 0.5 * x * x
      return select(x .< -1, low, log1p(-0.5 * erfc(x * 0.7071067811865476)))
    },
    derivative: { g, x, _ in
      // Beyond 30 the slope is below 1e-195, and e^(t²) soon overflows.
      let isFar = x .> 30
      let scaled = WeftTensor.erfcScaled(select(isFar, 30, x) * -0.7071067811865476)
      return select(isFar, 0, g * 0.7978845608028654 / scaled)
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(LogNormalCDF(), .real([2, 3], in: -6...3)), Sample(LogNormalCDF(), .real([3], in: -30 ... -20)),
  ]
  public init() {}
}

extension Tensor {
  /// The logarithm of `normalCDF()`, exact where that vanishes (PyTorch's `special.log_ndtr`).
  public func logNormalCDF() -> Tensor { apply(LogNormalCDF(), [self])[0] }
}
