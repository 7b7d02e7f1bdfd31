import WeftTensor

/// The area under the curve of true over false positives: the probability that a sample of a class gets a higher score
/// than one that is not of it, equal scores counting half. For several classes the mean of each against the rest.
///
/// Scores are [N] or [N, 1], of class 1 of two, or [N, classes]. A class with no sample, or with all of them, has no such
/// number and is left out; NaN where that is so for all. A score that is NaN makes the result NaN.
///
/// Where a sample may have several labels at once, scores and targets are [N, labels], the targets 0 and 1 in any type.
public struct AUROC: TensorMetric, Hashable {
  /// How the numbers of several classes or labels become one.
  public let average: ClassAverage
  private var scores = RankedScores()

  /// An area of nothing yet.
  ///
  /// - Parameter average: How the numbers of several classes or labels become one: `.macro` is their mean, `.weighted`
  ///   has each count as often as it occurs, `.micro` is the area of all scores in one list.
  public init(average: ClassAverage = .macro) { self.average = average }

  private enum CodingKeys: String, CodingKey { case average, scores }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    average = try values.decodeIfPresent(ClassAverage.self, forKey: .average) ?? .macro
    scores = try values.decode(RankedScores.self, forKey: .scores)
  }

  public var value: Double {
    scores.average(average) { samples in
      let (positives, negatives) = (samples.weight { $0.isPositive }, samples.weight { !$0.isPositive })
      guard positives > 0, negatives > 0 else { return nil }
      if samples.contains(where: { $0.score.isNaN }) { return .nan }
      // The pairs in which the positive has the higher score (Mann and Whitney), those of equal scores counting half.
      let sorted = samples.sorted { $0.score < $1.score }
      var (place, below, pairs) = (0, 0.0, 0.0)
      while place < sorted.count {
        var end = place
        while end < sorted.count, sorted[end].score == sorted[place].score { end += 1 }
        let equal = sorted[place..<end].weight { !$0.isPositive }
        pairs += sorted[place..<end].weight { $0.isPositive } * (below + equal / 2)
        (place, below) = (end, below + equal)
      }
      return pairs / (positives * negatives)
    }
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    try scores.update(predictions, targets, weights, "AUROC")
  }

  public mutating func merge(_ other: AUROC) { scores.merge(other.scores, "AUROC") }
  public mutating func reset() { scores = RankedScores() }
}

/// The precision at each threshold, weighted by the recall that it adds: Σ (Rₙ − Rₙ₋₁)·Pₙ, as in scikit-learn. For
/// several classes the mean of each against the rest.
///
/// Scores are [N] or [N, 1], of class 1 of two, or [N, classes]. A class with no sample is left out; NaN where that is so
/// for all. Of several labels at once scores and targets are [N, labels], as `AUROC` takes them.
public struct AveragePrecision: TensorMetric, Hashable {
  /// How the numbers of several classes or labels become one.
  public let average: ClassAverage
  private var scores = RankedScores()

  /// A precision of nothing yet.
  ///
  /// - Parameter average: How the numbers of several classes or labels become one, as of `AUROC`.
  public init(average: ClassAverage = .macro) { self.average = average }

  private enum CodingKeys: String, CodingKey { case average, scores }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    average = try values.decodeIfPresent(ClassAverage.self, forKey: .average) ?? .macro
    scores = try values.decode(RankedScores.self, forKey: .scores)
  }

  public var value: Double {
    scores.average(average) { samples in
      let positives = samples.weight { $0.isPositive }
      guard positives > 0 else { return nil }
      if samples.contains(where: { $0.score.isNaN }) { return .nan }
      let sorted = samples.sorted { $0.score > $1.score }
      var (place, found, seen, sum) = (0, 0.0, 0.0, 0.0)
      while place < sorted.count {
        var end = place
        while end < sorted.count, sorted[end].score == sorted[place].score { end += 1 }
        let added = sorted[place..<end].weight { $0.isPositive }
        (found, seen) = (found + added, seen + sorted[place..<end].weight { _ in true })
        // Where nothing weighs anything yet, nothing is added.
        if added > 0 { sum += added / positives * found / seen }
        place = end
      }
      return sum
    }
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    try scores.update(predictions, targets, weights, "AveragePrecision")
  }

  public mutating func merge(_ other: AveragePrecision) { scores.merge(other.scores, "AveragePrecision") }
  public mutating func reset() { scores = RankedScores() }
}
