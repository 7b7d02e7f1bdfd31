import WeftTensor

/// The share of samples whose class was found.
///
/// Predictions are scores [N, classes, ...] with targets [N, ...], or of the targets' shape: classes where they are
/// integers, else the probability of class 1, or with a `threshold` any score of it. Scores that are NaN are never right.
/// NaN for no samples.
public struct Accuracy: TensorMetric, Hashable {
  /// How many were right.
  public private(set) var right = 0
  /// How many were looked at.
  public private(set) var count = 0
  /// A target that is left out, as that of padding.
  public let ignored: Int?
  /// From which score on class 1 of two is predicted; nil for 0.5 of probabilities.
  public let threshold: Double?
  /// By weights; nil as long as every sample had 1.
  private var weighted: WeightedShare?

  /// An accuracy of nothing yet.
  ///
  /// - Parameters:
  ///   - ignored: A target that is left out, as that of padding.
  ///   - threshold: Where a sample has one score, from which on that is class 1: 0 for logits. With nil scores must be
  ///     probabilities, and it is 0.5.
  public init(ignoring ignored: Int? = nil, threshold: Double? = nil) {
    (self.ignored, self.threshold) = (ignored, threshold)
  }

  public var value: Double { share(sums.right, of: sums.all) }
  private var sums: WeightedShare { weighted ?? WeightedShare(right: Double(right), all: Double(count)) }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    let answers = try ClassAnswers(
      predictions, targets, weights, classCount: nil, ignoring: ignored, threshold: threshold, operation: "Accuracy")
    let isRight = zip(answers.predicted, answers.truth).map { $0 == $1 }
    var batch = Accuracy()
    (batch.right, batch.count) = (isRight.count { $0 }, isRight.count)
    if let weights = answers.weights { batch.weighted = WeightedShare(isRight, weights) }
    merge(batch)
  }

  public mutating func merge(_ other: Accuracy) {
    if weighted != nil || other.weighted != nil { weighted = sums + other.sums }
    (right, count) = (right + other.right, count + other.count)
  }

  public mutating func reset() { (right, count, weighted) = (0, 0, nil) }
}

/// The share of samples whose class is among the `k` with the highest scores. Of equal scores the lower class comes
/// first. NaN for no samples.
///
/// Shape: predictions [N, classes], targets [N].
public struct TopKAccuracy: TensorMetric, Hashable {
  /// How many classes count as found.
  public let k: Int
  /// How many were right.
  public private(set) var right = 0
  /// How many were looked at.
  public private(set) var count = 0
  /// By weights; nil as long as every sample had 1.
  private var weighted: WeightedShare?

  /// An accuracy of nothing yet.
  ///
  /// - Parameter k: From 1; as many as there are classes, or more, finds all.
  public init(_ k: Int) { self.k = max(1, k) }

  public var value: Double { share(sums.right, of: sums.all) }
  private var sums: WeightedShare { weighted ?? WeightedShare(right: Double(right), all: Double(count)) }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    guard predictions.rank == 2, targets.rank == 1, predictions.shape[0] == targets.shape[0],
      predictions.dtype.isFloatingPoint
    else {
      throw .metric(
        "TopKAccuracy", predictions, targets, expected: "scores [N, classes] for targets [N]",
        got: "\(predictions.spec) for \(targets.spec)")
    }
    let classCount = predictions.shape[1]
    let scores = predictions.detach().scalars(as: Double.self)
    let truth = targets.detach().scalars(as: Int.self)
    if let wrong = truth.first(where: { !(0..<classCount).contains($0) }) {
      throw TensorError(
        .index, operation: "TopKAccuracy", expected: "targets from 0 through \(classCount - 1)", got: "\(wrong)")
    }
    let weights = try SampleWeights.ofTargets(weights, targets, "TopKAccuracy")
    let isRight = truth.enumerated().map { row, label in
      let own = scores[row * classCount..<(row + 1) * classCount]
      let score = own[own.startIndex + label]
      let before = own.indices.count { own[$0] > score || (own[$0] == score && $0 < own.startIndex + label) }
      return before < k && !score.isNaN
    }
    var batch = TopKAccuracy(k)
    (batch.right, batch.count) = (isRight.count { $0 }, isRight.count)
    if let weights { batch.weighted = WeightedShare(isRight, weights) }
    merge(batch)
  }

  public mutating func merge(_ other: TopKAccuracy) {
    guard isSame(k == other.k, "TopKAccuracy", "k of \(k)", "\(other.k)") else { return }
    if weighted != nil || other.weighted != nil { weighted = sums + other.sums }
    (right, count) = (right + other.right, count + other.count)
  }

  public mutating func reset() { (right, count, weighted) = (0, 0, nil) }
}

/// Whether measures can be merged; others are reported.
func isSame(_ isSame: Bool, _ name: String, _ expected: String, _ got: String) -> Bool {
  if isSame { return true }
  report(
    TensorError(.value, operation: "\(name).merge", expected: "a measure of the same settings: \(expected)", got: got))
  return false
}
