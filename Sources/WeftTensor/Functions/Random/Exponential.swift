extension Tensor {
  /// Numbers of the exponential distribution, whose mean is 1/rate.
  ///
  /// - Parameter stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public init(
    exponential shape: Shape, rate: Double = 1, dtype: DType = .float32,
    using stream: RandomStream = Random.nextStream()
  ) {
    guard rate > 0, rate.isFinite, dtype.holds(1 / rate) else {
      self = .failed(
        TensorError(
          .value, operation: "exponential",
          expected: "a rate above 0, finite, and a floating-point type that holds the mean 1/rate",
          got: "\(rate), \(dtype)"))
      return
    }
    let wide = Tensor(uniform: shape, dtype: dtype == .float64 ? .float64 : .float32, using: stream)
    self = ((-wide).log1p() * (-1 / rate)).converted(to: dtype)
  }
}
