extension Tensor {
  /// Numbers of the normal distribution, none outside `low` ... `high`: by the quantile function, so that no number is
  /// drawn twice (PyTorch's `trunc_normal_`).
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    truncatedNormal shape: Shape, mean: Double = 0, deviation: Double = 1, low: Double = -2, high: Double = 2,
    dtype: DType = .float32, using stream: RandomStream = Random.nextStream()
  ) {
    guard deviation > 0, low < high, [mean, deviation].allSatisfy(dtype.holds),
      [low, high].allSatisfy({ dtype.holds($0) || $0.isInfinite })
    else {
      self = .failed(
        TensorError(
          .value, operation: "truncatedNormal",
          expected: "a deviation above 0, bounds low < high, and a floating-point type that holds these and the mean",
          got: "\(deviation), \(low), \(high), \(dtype)"))
      return
    }
    // Above the mean probabilities come too near to 1 to tell them apart: such an interval is mirrored.
    let side = low > mean ? -1.0 : 1
    let bounds = [(low - mean) / deviation * side, (high - mean) / deviation * side].sorted()
    let ends = Tensor(bounds, dtype: .float64).normalCDF().scalars(as: Double.self)
    guard ends.count == 2 else {
      self = .invalid  // after an error in `withTensorErrors`
      return
    }
    let probabilities = Tensor(uniform: shape, dtype: .float64, using: stream) * (ends[1] - ends[0]) + ends[0]
    let numbers = probabilities.normalQuantile() * (deviation * side) + mean
    self = numbers.clamped(low: low, high: high).converted(to: dtype)
  }
}
