extension Tensor {
  /// Dropout that keeps mean 0 and variance 1 (Klambauer et al., "Self-Normalizing Neural Networks", 2017): elements get
  /// SELU's lowest value -α' with the given probability, then all are scaled and shifted.
  ///
  /// - Parameter stream: Decides which; left out, the next stream of the process-wide generator.
  public func alphaDropout(probability: Double, using stream: RandomStream = Random.nextStream()) -> Tensor {
    alphaDropout(probability, stream, drawn: shape)
  }

  /// The same under an older label.
  @available(*, deprecated, renamed: "alphaDropout(probability:using:)")
  public func alphaDropout(probability: Double, stream: RandomStream) -> Tensor {
    alphaDropout(probability: probability, using: stream)
  }

  /// The same with whole channels dropped.
  ///
  /// Shape: [N, C, ...] to the same.
  public func featureAlphaDropout(probability: Double, using stream: RandomStream = Random.nextStream()) -> Tensor {
    guard rank >= 2 else { return .failed(.noChannels(self, operation: "featureAlphaDropout")) }
    return alphaDropout(probability, stream, drawn: channelShape)
  }

  /// The same under an older label.
  @available(*, deprecated, renamed: "featureAlphaDropout(probability:using:)")
  public func featureAlphaDropout(probability: Double, stream: RandomStream) -> Tensor {
    featureAlphaDropout(probability: probability, using: stream)
  }

  private func alphaDropout(_ probability: Double, _ stream: RandomStream, drawn: Shape) -> Tensor {
    if probability == 0 { return self }
    let lowest = -1.758_099_340_847_376_6  // -λα of SELU
    let kept = Tensor(bernoulli: drawn, probability: 1 - probability, dtype: dtype.floating, using: stream)
    // As in PyTorch, nothing is left where everything is dropped.
    if probability == 1 { return self * kept }
    let scale = 1 / ((1 - probability) * (1 + probability * lowest * lowest)).squareRoot()
    return self * (kept * scale) + ((kept - 1) * (-lowest * scale) - lowest * probability * scale)
  }
}
