extension Tensor {
  /// Numbers of the normal distribution, none outside `low` ... `high`: by the quantile function, so that no number is
  /// drawn twice (PyTorch's `trunc_normal_`).
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    truncatedNormal shape: Shape, mean: Double = 0, deviation: Double = 1, low: Double = -2, high: Double = 2,
    dtype: DType = .float32, using stream: RandomStream = Random.nextStream()
  ) {
    guard deviation > 0, low < high, dtype.isFloatingPoint else {
      self = .failed(
        TensorError(
          .value, operation: "truncatedNormal",
          expected: "a deviation above 0, bounds low < high, and a floating-point type",
          got: "\(deviation), \(low), \(high), \(dtype)"))
      return
    }
    let ends = Tensor([(low - mean) / deviation, (high - mean) / deviation], dtype: .float64).normalCDF()
      .scalars(as: Double.self)
    let probabilities = Tensor(uniform: shape, dtype: .float64, using: stream) * (ends[1] - ends[0]) + ends[0]
    let numbers = probabilities.normalQuantile() * deviation + mean
    self = numbers.clamped(low: low, high: high).converted(to: dtype)
  }
}
