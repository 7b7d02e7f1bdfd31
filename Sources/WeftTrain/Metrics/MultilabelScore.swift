import WeftTensor

/// A score where each sample may have several labels at once: tags of a picture, subjects of a text.
///
/// ```swift
/// let trainer = Trainer(
///   model, optimizer,
///   metrics: [
///     "f1": MultilabelScore(.f1, threshold: 0), "area": AUROC(), "all right": MultilabelScore(.exactMatch, threshold: 0),
///   ]
/// ) { (model: Sequential, batch: TensorDataset.Batch) in
///   let logits = model(batch.inputs)
///   return StepOutput(
///     loss: binaryCrossEntropy(logits: logits, batch.targets), predictions: logits, targets: batch.targets)
/// }
/// ```
/// Predictions are scores [N, labels] or, as whole numbers, 0 and 1; targets are 0 and 1 of the same shape, in any type. The
/// definitions are those of scikit-learn with `zero_division=0`: unlike classes, of which each sample has one, a label that
/// never occurs counts as 0. NaN for no samples.
public struct MultilabelScore: TensorMetric, Hashable {
  /// What is measured.
  public enum Kind: String, Sendable, Codable, Hashable {
    /// Of the labels that were predicted, the share that is true.
    case precision
    /// Of the labels that are true, the share that was found.
    case recall
    /// The harmonic mean of the two.
    case f1
    /// The share of labels that are right, those that a sample rightly has not included.
    case accuracy
    /// The share of samples of which every label is right.
    case exactMatch
  }

  private struct Counts: Sendable, Codable, Hashable {
    var (found, predicted, truth, right, all) = (0.0, 0.0, 0.0, 0.0, 0.0)

    static func + (a: Self, b: Self) -> Self {
      var sum = a
      (sum.found, sum.predicted, sum.truth) = (a.found + b.found, a.predicted + b.predicted, a.truth + b.truth)
      (sum.right, sum.all) = (a.right + b.right, a.all + b.all)
      return sum
    }
  }

  /// What is measured.
  public let kind: Kind
  /// How the labels' numbers become one.
  public let average: ClassAverage
  /// From which score on a label is predicted; nil for 0.5 of probabilities.
  public let threshold: Double?
  /// A target that is left out, as that of what nobody knows.
  public let ignored: Int?
  private var labels: [Counts] = []
  private var (samples, matches) = (0.0, 0.0)

  /// A score of nothing yet.
  ///
  /// - Parameters:
  ///   - average: How the labels' numbers become one: their mean, all labels in one list, or each as often as it occurs.
  ///   - threshold: From which score on a label is predicted: 0 for logits. With nil scores must be probabilities, and it
  ///     is 0.5.
  ///   - ignored: A target that is left out, as that of what nobody knows.
  /// Misuse: `.binary`, which is of classes.
  public init(
    _ kind: Kind, average: ClassAverage = .macro, threshold: Double? = nil, ignoring ignored: Int? = nil
  ) {
    if average == .binary {
      report(
        TensorError(
          .value, operation: "MultilabelScore", expected: "the average .macro, .micro or .weighted", got: ".binary",
          hint: "`F1Score(classCount: 2, average: .binary)` is for one question with two answers"))
    }
    (self.kind, self.average, self.threshold, self.ignored) = (kind, average, threshold, ignored)
  }

  private func score(_ counts: Counts) -> Double {
    let (part, whole) =
      switch kind {
      case .precision: (counts.found, counts.predicted)
      case .recall: (counts.found, counts.truth)
      case .f1: (2 * counts.found, counts.predicted + counts.truth)
      case .accuracy, .exactMatch: (counts.right, counts.all)
      }
    return whole == 0 ? 0 : part / whole
  }

  /// The score of each label; of `.exactMatch` the share of samples in which that one is right.
  public var perLabel: [Double] { labels.map(score) }

  public var value: Double {
    if samples == 0 { return .nan }
    if kind == .exactMatch { return matches / samples }
    switch average {
    case .micro: return score(labels.reduce(Counts(), +))
    case .weighted:
      let support = labels.reduce(0) { $0 + $1.truth }
      let sum = labels.reduce(0.0) { $0 + score($1) * $1.truth }
      return support == 0 ? 0 : sum / support
    case .macro, .binary: return share(perLabel.reduce(0, +), of: Double(labels.count))
    }
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    guard predictions.rank == 2, targets.shape == predictions.shape,
      labels.isEmpty || labels.count == predictions.shape[1]
    else {
      throw .metric(
        "MultilabelScore", predictions, targets,
        expected: "predictions [N, labels] for targets [N, labels]"
          + (labels.isEmpty ? "" : " of \(labels.count) labels, as before"),
        got: "\(predictions.spec) for \(targets.spec)")
    }
    let truth = try targets.wholeNumbers(below: 2, of: "targets", "MultilabelScore", besides: ignored)
    let said = try said(predictions)
    let weights = try SampleWeights.ofSamples(weights, predictions.shape[0], "MultilabelScore")
    let width = predictions.shape[1]
    if labels.isEmpty { labels = Array(repeating: Counts(), count: width) }
    for row in 0..<predictions.shape[0] {
      let weight = weights?[row] ?? 1
      let isRight = (0..<width).map { count(said[row * width + $0], truth[row * width + $0], of: $0, weight) }
      samples += weight
      if isRight.allSatisfy({ $0 }) { matches += weight }
    }
  }

  /// Counts one answer, and tells whether it is right. A score that is NaN is neither 0 nor 1.
  private mutating func count(_ said: Int?, _ truth: Int, of label: Int, _ weight: Double) -> Bool {
    if truth == ignored { return true }
    labels[label].all += weight
    labels[label].truth += truth == 1 ? weight : 0
    labels[label].predicted += said == 1 ? weight : 0
    labels[label].found += said == 1 && truth == 1 ? weight : 0
    labels[label].right += said == truth ? weight : 0
    return said == truth
  }

  private func said(_ predictions: Tensor) throws(TensorError) -> [Int?] {
    guard predictions.dtype.isFloatingPoint else {
      return try predictions.wholeNumbers(below: 2, of: "predictions", "MultilabelScore").map { $0 }
    }
    let scores = predictions.detach().scalars(as: Double.self)
    if threshold == nil, let wrong = scores.first(where: { !$0.isNaN && !(-1e-5...1 + 1e-5).contains($0) }) {
      throw TensorError(
        .value, operation: "MultilabelScore", operands: [("predictions", predictions.spec)],
        expected: "probabilities, from 0 through 1", got: NumberText.significant(wrong),
        hint: "of logits take `sigmoid()`, or say from where on they mean a label: `threshold: 0`")
    }
    return scores.map { $0.isNaN ? nil : ($0 >= threshold ?? 0.5 ? 1 : 0) }
  }

  public mutating func merge(_ other: MultilabelScore) {
    if other.labels.isEmpty { return }
    if labels.isEmpty { labels = Array(repeating: Counts(), count: other.labels.count) }
    let count = other.labels.count
    guard isSame(labels.count == count, "MultilabelScore", "\(labels.count) labels", "\(count)") else { return }
    labels = zip(labels, other.labels).map { $0 + $1 }
    (samples, matches) = (samples + other.samples, matches + other.matches)
  }

  public mutating func reset() { (labels, samples, matches) = ([], 0, 0) }
}
