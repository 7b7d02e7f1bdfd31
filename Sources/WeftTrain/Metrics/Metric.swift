import WeftTensor

/// A measure over many batches. It holds numbers, never tensors, so that nothing of a graph stays alive; it is a value
/// that can be copied, saved, merged with another's and begun anew.
///
/// ```swift
/// var accuracy = Accuracy()
/// for batch in loader { try accuracy.update(model(batch.images), batch.labels) }
/// print(accuracy.value)
/// ```
public protocol Metric: Sendable, Codable {
  /// What all that was looked at comes to; NaN for nothing.
  var value: Double { get }
  /// Takes in what another has seen.
  ///
  /// Misuse: one with other settings, as another number of classes.
  mutating func merge(_ other: Self)
  /// Forgets everything but the settings.
  mutating func reset()
}

/// A measure of predictions and targets as tensors: what a `Trainer` keeps.
public protocol TensorMetric: Metric {
  /// Takes in a batch.
  ///
  /// - Throws: `TensorError` for tensors that do not fit together, or a class that is none; nothing is taken in then.
  mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError)

  /// Takes in a batch of which some samples count for more than others, as scikit-learn's `sample_weight` has them.
  ///
  /// - Parameter weights: What each sample counts for, [N] and from 0; nil for 1 each. Where a sample has several targets,
  ///   as tokens, they may be of the targets' shape too.
  /// - Throws: `TensorError` also for weights that are none; and by default for any, which a metric of one's own need not
  ///   know.
  mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError)
}

extension TensorMetric {
  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    guard let weights else { return try update(predictions, targets) }
    throw TensorError(
      .unsupported, operation: "\(Self.self)", operands: [("weights", weights.spec)],
      expected: "a metric that knows weights of samples", got: "one without `update(_:_:weights:)`")
  }
}

extension TensorError {
  static func metric(
    _ name: String, _ predictions: Tensor, _ targets: Tensor, expected: String, got: String
  ) -> TensorError {
    TensorError(
      .shape, operation: name, operands: [("predictions", predictions.spec), ("targets", targets.spec)],
      expected: expected, got: got)
  }
}

/// A ratio, NaN for nothing of nothing.
func share(_ part: Double, of whole: Double) -> Double { whole == 0 ? .nan : part / whole }
