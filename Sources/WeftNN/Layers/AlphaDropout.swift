import WeftTensor

/// Dropout for networks of `SELU`: dropped elements take the value that SELU goes to far below zero, -1.7581, and all are
/// scaled and shifted so that mean 0 and variance 1 stay (Klambauer et al., 2017). In evaluation the input itself.
///
/// Shape: any to the same. Each call takes the next stream of the process-wide generator.
public final class AlphaDropout: Module {
  /// The probability with which an element is dropped in training.
  public let p: Double

  /// Misuse: a probability outside 0 ... 1.
  public init(_ p: Double = 0.5) {
    self.p = p
    super.init()
    LayerCheck.probability(p, layer: "AlphaDropout")
  }

  public override func forward(_ input: Tensor) -> Tensor {
    isTraining && p > 0 ? input.alphaDropout(probability: p) : input
  }
}

/// `AlphaDropout` of whole channels.
///
/// Shape: [N, C, ...] to the same. Each call takes the next stream of the process-wide generator.
public final class FeatureAlphaDropout: Module {
  /// The probability with which a channel is dropped in training.
  public let p: Double

  /// Misuse: a probability outside 0 ... 1.
  public init(_ p: Double = 0.5) {
    self.p = p
    super.init()
    LayerCheck.probability(p, layer: "FeatureAlphaDropout")
  }

  public override func forward(_ input: Tensor) -> Tensor {
    isTraining && p > 0 ? input.featureAlphaDropout(probability: p) : input
  }
}
