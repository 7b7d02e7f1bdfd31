/// log Φ(x), Φ the standard normal distribution: by e^(t²)·erfc t, t = -x/√2, where Φ is small. Gradient: that of log
/// Φ, φ/Φ = √(2/π)/(e^(t²)·erfc t).
public struct LogNormalCDF: ElementwiseOperation {
  public static let name = "logNormalCDF"
  public static let formula = Formula(
    { x in
      let low = log(0.5 * WeftTensor.erfcScaled(x * -0.7071067811865476)) - 0.5 * x * x
      return select(x .< -1, low, log1p(-0.5 * erfc(x * 0.7071067811865476)))
    },
    derivative: { g, x, _ in
      // φ/Φ above 0, where e^(t²) overflows. Neither side is computed where the other's numbers would be infinite.
      let (right, left) = (maximum(x, -1), minimum(x, 1))
      let above = 0.7978845608028654 * exp(-0.5 * right * right) / erfc(right * -0.7071067811865476)
      let below = 0.7978845608028654 / WeftTensor.erfcScaled(left * -0.7071067811865476)
      return g * select(x .> 0, above, below)
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
