import WeftTensor

/// The classes that were predicted and the true ones, as numbers.
struct ClassAnswers {
  /// Nil where a score is NaN, which is highest and lowest at once: no class was predicted.
  let predicted: [Int?]
  let truth: [Int]
  /// What each counts for; nil where all count alike.
  let weights: [Double]?

  /// Reads a batch: scores [N, classes, ...] of at least two classes with targets [N, ...]; or predictions of the
  /// targets' shape, or [N, 1, ...]: classes where they are integers, else scores of class 1, which is predicted from the
  /// threshold on. Targets of such scores may be 0 and 1 as floating-point numbers.
  ///
  /// - Parameters:
  ///   - classCount: How many classes there are, where that is known.
  ///   - ignored: A target to leave out.
  ///   - threshold: From which score on class 1 is predicted; nil for 0.5 of what must then be probabilities.
  init(
    _ predictions: Tensor, _ targets: Tensor, _ weights: Tensor? = nil, classCount: Int?, ignoring ignored: Int?,
    threshold: Double?, operation: String
  ) throws(TensorError) {
    let predicted = try Self.classes(predictions, targets, ignored, threshold, operation)
    let labels = targets.detach().scalars(as: Int.self)
    let all = try SampleWeights.ofTargets(weights, targets, operation)
    self.weights = all.map { zip(labels, $0).filter { $0.0 != ignored }.map(\.1) }
    let kept = zip(predicted, labels).filter { $1 != ignored }
    (self.predicted, truth) = (kept.map(\.0), kept.map(\.1))
    let classes = 0..<(classCount ?? Int.max)
    for (name, values) in [("predictions", self.predicted.compactMap(\.self)), ("targets", truth)] {
      if let wrong = values.first(where: { !classes.contains($0) }) {
        throw TensorError(
          .index, operation: operation,
          expected: classCount.map { "\(name) from 0 through \($0 - 1)" } ?? "\(name) from 0", got: "\(wrong)")
      }
    }
  }

  private static func classes(
    _ predictions: Tensor, _ targets: Tensor, _ ignored: Int?, _ threshold: Double?, _ operation: String
  ) throws(TensorError) -> [Int?] {
    let sizes = predictions.shape.sizes
    let ofSamples = sizes.count >= 2 && [sizes[0]] + sizes[2...] == targets.shape.sizes
    let isOneScore = predictions.shape == targets.shape || (ofSamples && sizes[1] == 1)
    if targets.dtype.isFloatingPoint {
      guard isOneScore else {
        throw .metric(operation, predictions, targets, expected: "targets of whole numbers", got: "\(targets.dtype)")
      }
      // Losses of probabilities take such targets.
      _ = try targets.wholeNumbers(below: 2, of: "targets", operation, besides: ignored)
    }
    if isOneScore {
      guard predictions.dtype.isFloatingPoint else { return predictions.detach().scalars(as: Int.self) }
      return try binary(predictions, targets, ignored, threshold, operation)
    }
    guard ofSamples, sizes[1] > 1 else {
      throw .metric(
        operation, predictions, targets,
        expected:
          "predictions of the targets' shape, or scores [N, classes, ...] of more than one class for targets [N, ...]",
        got: "\(predictions.shape) for \(targets.shape)")
    }
    return noGrad {
      let scores = predictions.detach()
      let found = scores.argMax(axis: 1).scalars(as: Int.self)
      guard scores.dtype.isFloatingPoint, scores.sum().item().isNaN else { return found }
      // Of infinities on both sides the sum of all is NaN too.
      let isNothing = scores.isNaN().converted(to: .int32).max(axes: [1]).scalars(as: Int.self)
      return zip(found, isNothing).map { $1 == 1 ? nil : $0 }
    }
  }

  private static func binary(
    _ predictions: Tensor, _ targets: Tensor, _ ignored: Int?, _ threshold: Double?, _ operation: String
  ) throws(TensorError) -> [Int?] {
    let scores = predictions.detach().scalars(as: Double.self)
    let counted = zip(scores, targets.detach().scalars(as: Int.self)).filter { $1 != ignored && !$0.isNaN }
    // What rounding makes of a probability is one.
    if threshold == nil, let wrong = counted.map(\.0).first(where: { !(-1e-5...1 + 1e-5).contains($0) }) {
      throw TensorError(
        .value, operation: operation, operands: [("predictions", predictions.spec), ("targets", targets.spec)],
        expected: "probabilities of class 1, from 0 through 1", got: "\(wrong)",
        hint: "of logits take `sigmoid()`, or say from where on they mean class 1: `threshold: 0`")
    }
    return scores.map { $0.isNaN ? nil : ($0 >= threshold ?? 0.5 ? 1 : 0) }
  }
}
