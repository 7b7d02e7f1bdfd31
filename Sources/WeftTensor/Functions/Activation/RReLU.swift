extension Tensor {
  /// x where x > 0, else s·x with a slope s drawn evenly from `low ..< high` for each element (Xu et al., 2015). Outside of
  /// training PyTorch takes the mean slope: `leakyReLU(slope: (low + high) / 2)`.
  ///
  /// - Parameter stream: Where the slopes come from; left out, the next stream of the process-wide generator.
  public func rrelu(
    low: Double = 1.0 / 8, high: Double = 1.0 / 3, using stream: RandomStream = Random.nextStream()
  ) -> Tensor {
    let slopes = Tensor(uniform: shape, low: low, high: high, dtype: dtype.floating, using: stream)
    return apply(PReLUOperation(), [self, slopes])[0]
  }

  /// The same under an older label.
  @available(*, deprecated, renamed: "rrelu(low:high:using:)")
  public func rrelu(lower: Double = 1.0 / 8, upper: Double = 1.0 / 3, stream: RandomStream) -> Tensor {
    rrelu(low: lower, high: upper, using: stream)
  }
}
