import WeftTensor

/// Scores with their classes, kept for measures that depend on the order of all of them: 4 bytes a score.
struct RankedScores: Sendable, Codable, Hashable {
  /// A column for each class; one alone for two classes, that of class 1.
  private(set) var columns: [[Float]] = []
  private(set) var truth: [Int] = []

  init(columns: [[Float]] = [], truth: [Int] = []) { (self.columns, self.truth) = (columns, truth) }

  /// Takes in scores [N] or [N, 1] of class 1, or [N, classes]. Rows of [N, classes] that are no probabilities (from 0
  /// through 1, with the sum 1) are taken as logits and go through softmax, since logits of different samples do not compare.
  mutating func update(_ predictions: Tensor, _ targets: Tensor, _ operation: String) throws(TensorError) {
    let (predictions, targets) = (Self.ofOneColumn(predictions), Self.ofOneColumn(targets))
    let isBinary = predictions.rank == 1
    guard isBinary || predictions.rank == 2, targets.rank == 1, targets.shape[0] == predictions.shape[0],
      predictions.dtype.isFloatingPoint, !targets.dtype.isFloatingPoint
    else {
      throw .metric(
        operation, predictions, targets, expected: "scores [N] or [N, classes] for targets [N] of whole numbers",
        got: "\(predictions.spec) for \(targets.spec)")
    }
    let classCount = isBinary ? 2 : predictions.shape[1]
    let labels = targets.detach().scalars(as: Int.self)
    if let wrong = labels.first(where: { !(0..<classCount).contains($0) }) {
      throw TensorError(
        .index, operation: operation, expected: "targets from 0 through \(classCount - 1)", got: "\(wrong)")
    }
    let width = isBinary ? 1 : classCount
    guard columns.isEmpty || columns.count == width else {
      throw .metric(
        operation, predictions, targets, expected: "scores of \(columns.count) classes as before", got: "\(width)")
    }
    let values = Self.probabilities(predictions.detach(), isBinary)
    if columns.isEmpty { columns = Array(repeating: [], count: width) }
    for column in 0..<width { columns[column] += labels.indices.map { values[$0 * width + column] } }
    truth += labels
  }

  /// [N] of [N, 1].
  private static func ofOneColumn(_ x: Tensor) -> Tensor {
    x.rank == 2 && x.shape[1] == 1 ? noGrad { x.detach().reshaped(x.shape[0]) } : x
  }

  private static func probabilities(_ scores: Tensor, _ isBinary: Bool) -> [Float] {
    let values = scores.scalars(as: Float.self)
    if isBinary { return values }
    let width = scores.shape[1]
    let isProbable = values.allSatisfy { (0...1).contains($0) }
    // Logits may lie between 0 and 1 as well; probabilities of 16 bits add up to 1 within a hundredth.
    let addsUp = stride(from: 0, to: values.count, by: max(1, width)).allSatisfy { start in
      abs(values[start..<start + width].reduce(0, +) - 1) < 1e-2
    }
    if isProbable, addsUp { return values }
    return noGrad { scores.softmax(axis: 1).scalars(as: Float.self) }
  }

  mutating func merge(_ other: RankedScores, _ name: String) {
    if other.columns.isEmpty { return }
    if columns.isEmpty { return self = other }
    let count = other.columns.count
    guard isSame(columns.count == count, name, "\(columns.count) classes", "\(count)") else { return }
    for (place, column) in zip(columns.indices, other.columns) { columns[place] += column }
    truth += other.truth
  }

  /// The mean of a measure over the classes that have one.
  func mean(_ measure: ([(score: Float, isPositive: Bool)]) -> Double?) -> Double {
    let values = columns.indices.compactMap { column -> Double? in
      let positive = columns.count == 1 ? 1 : column
      return measure(zip(columns[column], truth).map { ($0, $1 == positive) })
    }
    return share(values.reduce(0, +), of: Double(values.count))
  }
}

/// The area under the curve of true over false positives: the probability that a sample of a class gets a higher score
/// than one that is not of it, equal scores counting half. For several classes the mean of each against the rest.
///
/// Scores are [N] or [N, 1], of class 1 of two, or [N, classes]. A class with no sample, or with all of them, has no such
/// number and is left out; NaN where that is so for all. A score that is NaN makes the result NaN.
public struct AUROC: TensorMetric, Hashable {
  private var scores = RankedScores()

  /// An area of nothing yet.
  public init() {}

  public var value: Double {
    scores.mean { samples in
      let positives = samples.count { $0.isPositive }
      let negatives = samples.count - positives
      guard positives > 0, negatives > 0 else { return nil }
      if samples.contains(where: { $0.score.isNaN }) { return .nan }
      // The sum of the positives' ranks (Mann and Whitney), those of equal scores being their mean.
      let sorted = samples.sorted { $0.score < $1.score }
      var (place, rankSum) = (0, 0.0)
      while place < sorted.count {
        var end = place
        while end < sorted.count, sorted[end].score == sorted[place].score { end += 1 }
        let rank = Double(place + 1 + end) / 2
        rankSum += rank * Double(sorted[place..<end].count { $0.isPositive })
        place = end
      }
      let least = Double(positives) * Double(positives + 1) / 2
      return (rankSum - least) / (Double(positives) * Double(negatives))
    }
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try scores.update(predictions, targets, "AUROC")
  }

  public mutating func merge(_ other: AUROC) { scores.merge(other.scores, "AUROC") }
  public mutating func reset() { scores = RankedScores() }
}

/// The precision at each threshold, weighted by the recall that it adds: Σ (Rₙ − Rₙ₋₁)·Pₙ, as in scikit-learn. For
/// several classes the mean of each against the rest.
///
/// Scores are [N] or [N, 1], of class 1 of two, or [N, classes]. A class with no sample is left out; NaN where that is so
/// for all.
public struct AveragePrecision: TensorMetric, Hashable {
  private var scores = RankedScores()

  /// A precision of nothing yet.
  public init() {}

  public var value: Double {
    scores.mean { samples in
      let positives = samples.count { $0.isPositive }
      guard positives > 0 else { return nil }
      if samples.contains(where: { $0.score.isNaN }) { return .nan }
      let sorted = samples.sorted { $0.score > $1.score }
      var (place, found, sum) = (0, 0, 0.0)
      while place < sorted.count {
        var end = place
        while end < sorted.count, sorted[end].score == sorted[place].score { end += 1 }
        let added = sorted[place..<end].count { $0.isPositive }
        found += added
        sum += Double(added) / Double(positives) * Double(found) / Double(end)
        place = end
      }
      return sum
    }
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try scores.update(predictions, targets, "AveragePrecision")
  }

  public mutating func merge(_ other: AveragePrecision) { scores.merge(other.scores, "AveragePrecision") }
  public mutating func reset() { scores = RankedScores() }
}
