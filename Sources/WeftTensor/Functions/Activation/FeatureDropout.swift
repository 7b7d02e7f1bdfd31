extension Tensor {
  /// Whole channels 0 with the given probability, the others scaled by 1/(1 - probability) (PyTorch's `dropout1d` to
  /// `dropout3d`; Tompson et al., 2015). The same stream drops the same channels.
  ///
  /// Shape: [N, C, ...] to the same.
  /// - Parameter stream: Left out, the next stream of the process-wide generator.
  public func featureDropout(probability: Double, using stream: RandomStream = Random.nextStream()) -> Tensor {
    guard rank >= 2 else { return .failed(.noChannels(self, operation: "featureDropout")) }
    if probability == 0 { return self }
    return self * Tensor(ones: channelShape, dtype: dtype.floating).dropout(probability: probability, using: stream)
  }

  /// The same under an older label.
  @available(*, deprecated, renamed: "featureDropout(probability:using:)")
  public func featureDropout(probability: Double, stream: RandomStream) -> Tensor {
    featureDropout(probability: probability, using: stream)
  }

  /// [N, C, 1, ...].
  var channelShape: Shape { Shape(shape.sizes.prefix(2) + Array(repeating: 1, count: rank - 2)) }
}

extension TensorError {
  static func noChannels(_ input: Tensor, operation: String) -> TensorError {
    TensorError(
      .shape, operation: operation, operands: [("input", input.spec)], expected: "axes [batch, channels, ...]",
      got: "\(input.shape)")
  }
}
