import WeftTensor

/// Samples by true class (row) and predicted class (column); what precision, recall and F1 follow from.
public struct ConfusionMatrix: TensorMetric, Hashable {
  /// Samples by true class (row) and predicted class (column).
  public private(set) var counts: [[Int]]
  /// The same by what samples weigh; nil as long as every one had 1.
  private var weighted: [[Double]]?
  /// A target that is left out.
  public let ignored: Int?
  /// From which score on class 1 of two is predicted; nil for 0.5 of probabilities.
  public let threshold: Double?

  /// A matrix of zeros.
  ///
  /// - Parameters:
  ///   - classCount: How many classes there are, from 1.
  ///   - ignored: A target that is left out, as that of padding.
  ///   - threshold: Where a sample has one score, from which on that is class 1: 0 for logits. With nil scores must be
  ///     probabilities, and it is 0.5.
  public init(classCount: Int, ignoring ignored: Int? = nil, threshold: Double? = nil) {
    counts = Self.zeros(max(1, classCount))
    (self.ignored, self.threshold) = (ignored, threshold)
  }

  private enum CodingKeys: String, CodingKey { case counts, weighted, ignored, threshold }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    counts = try values.decode([[Int]].self, forKey: .counts)
    weighted = try values.decodeIfPresent([[Double]].self, forKey: .weighted)
    ignored = try values.decodeIfPresent(Int.self, forKey: .ignored)
    threshold = try values.decodeIfPresent(Double.self, forKey: .threshold)
    let all = counts.flatMap { $0 }
    // Sums over all of them are computed.
    let isPossible =
      all.allSatisfy { $0 >= 0 } && all.reduce(0.0) { $0 + Double($1) } <= Double(StateText.counts.upperBound)
    let weights = weighted?.flatMap { $0 } ?? []
    guard isPossible, !counts.isEmpty, counts.allSatisfy({ $0.count == counts.count }),
      weights.allSatisfy({ $0.isFinite && $0 >= 0 }), weighted.map({ $0.map(\.count) == counts.map(\.count) }) != false
    else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a confusion matrix is a square of counts"))
    }
  }

  /// What the samples weigh together, by true class (row) and predicted class (column): `counts`, where each weighs 1.
  public var weights: [[Double]] { weighted ?? counts.map { $0.map(Double.init) } }

  private static func zeros(_ count: Int) -> [[Int]] {
    Array(repeating: Array(repeating: 0, count: count), count: count)
  }

  /// The share on the diagonal: the accuracy. NaN for no samples.
  public var value: Double {
    let weights = weights
    return share(
      weights.indices.reduce(0) { $0 + weights[$1][$1] }, of: weights.reduce(0) { $0 + $1.reduce(0, +) })
  }
  /// How many samples were looked at.
  public var sampleCount: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }
  /// How many samples each class truly has.
  public var support: [Int] { counts.map { $0.reduce(0, +) } }
  /// How often each class was predicted.
  public var predicted: [Int] { counts.indices.map { column in counts.reduce(0) { $0 + $1[column] } } }

  /// Takes in a batch.
  ///
  /// - Throws: `TensorError` for tensors that do not fit together, a class that is none, or a score that is NaN, which no
  ///   column stands for; nothing is taken in then.
  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    let answers = try ClassAnswers(
      predictions, targets, weights, classCount: counts.count, ignoring: ignored, threshold: threshold,
      operation: "ConfusionMatrix")
    let predicted = answers.predicted.compactMap(\.self)
    guard predicted.count == answers.truth.count else {
      throw TensorError(
        .notFinite, operation: "ConfusionMatrix", operands: [("predictions", predictions.spec)],
        expected: "scores that are numbers", got: "NaN for \(answers.truth.count - predicted.count) targets")
    }
    if answers.weights != nil || weighted != nil {
      var sums = self.weights
      for (place, (predicted, truth)) in zip(predicted, answers.truth).enumerated() {
        sums[truth][predicted] += answers.weights?[place] ?? 1
      }
      weighted = sums
    }
    for (predicted, truth) in zip(predicted, answers.truth) { counts[truth][predicted] += 1 }
  }

  public mutating func merge(_ other: ConfusionMatrix) {
    let count = other.counts.count
    guard isSame(counts.count == count, "ConfusionMatrix", "\(counts.count) classes", "\(count)") else { return }
    if weighted != nil || other.weighted != nil {
      weighted = zip(weights, other.weights).map { zip($0, $1).map(+) }
    }
    for row in counts.indices {
      for column in counts.indices { counts[row][column] += other.counts[row][column] }
    }
  }

  public mutating func reset() { (counts, weighted) = (Self.zeros(counts.count), nil) }
}
