import WeftTensor

/// Scores with what is true, kept for measures that depend on the order of all of them: 4 bytes a score.
struct RankedScores: Sendable, Codable, Hashable {
  /// A column for each class or label; one alone for two classes, that of class 1.
  private(set) var columns: [[Float]] = []
  /// The class of each sample; of several labels, each sample's row of 0 and 1.
  private(set) var truth: [Int] = []
  /// What each sample counts for; none as long as all count alike.
  private(set) var weights: [Double] = []

  /// A score of a class or label.
  struct Sample {
    let score: Float
    let isPositive: Bool
    let weight: Double
  }

  init(columns: [[Float]] = [], truth: [Int] = [], weights: [Double] = []) {
    (self.columns, self.truth, self.weights) = (columns, truth, weights)
  }

  var sampleCount: Int { columns.first?.count ?? 0 }
  private var isOfLabels: Bool { columns.count > 1 && truth.count > sampleCount }

  /// Takes in scores [N] or [N, 1] of class 1, or [N, classes]. Rows of [N, classes] that are no probabilities (from 0
  /// through 1, with the sum 1) are taken as logits and go through softmax, since logits of different samples do not compare.
  /// Of targets [N, labels] each column is a question of its own.
  mutating func update(
    _ predictions: Tensor, _ targets: Tensor, _ weights: Tensor?, _ operation: String
  ) throws(TensorError) {
    let (predictions, targets) = (Self.ofOneColumn(predictions), Self.ofOneColumn(targets))
    let isBinary = predictions.rank == 1
    let ofLabels = predictions.rank == 2 && targets.shape == predictions.shape
    guard isBinary || predictions.rank == 2, predictions.dtype.isFloatingPoint,
      ofLabels || (targets.rank == 1 && targets.shape[0] == predictions.shape[0]),
      isBinary || ofLabels || !targets.dtype.isFloatingPoint
    else {
      throw .metric(
        operation, predictions, targets,
        expected: "scores [N] or [N, classes] for targets [N] of whole numbers, or [N, labels] for [N, labels]",
        got: "\(predictions.spec) for \(targets.spec)")
    }
    let labels = try targets.wholeNumbers(
      below: isBinary || ofLabels ? 2 : predictions.shape[1], of: "targets", operation)
    let width = isBinary ? 1 : predictions.shape[1]
    guard sampleCount == 0 || (columns.count == width && (width == 1 || isOfLabels == ofLabels)) else {
      throw .metric(
        operation, predictions, targets,
        expected: "scores of \(columns.count) \(isOfLabels ? "labels" : "classes") as before",
        got: "\(width) \(ofLabels ? "labels" : "classes")")
    }
    let rows = predictions.shape[0]
    let own = try SampleWeights.ofSamples(weights, rows, operation)
    let values = Self.comparable(predictions.detach(), isOne: isBinary || ofLabels)
    weigh(own, rows)
    if columns.count != width { columns = Array(repeating: [], count: width) }
    for column in 0..<width { columns[column] += (0..<rows).map { values[$0 * width + column] } }
    truth += labels
  }

  /// Takes up the weights of so many samples that are about to be added; nil for 1 each.
  private mutating func weigh(_ own: [Double]?, _ count: Int) {
    if weights.isEmpty, own == nil { return }
    if weights.isEmpty { weights = Array(repeating: 1, count: sampleCount) }
    weights += own ?? Array(repeating: 1, count: count)
  }

  /// [N] of [N, 1].
  private static func ofOneColumn(_ x: Tensor) -> Tensor {
    x.rank == 2 && x.shape[1] == 1 ? noGrad { x.detach().reshaped(x.shape[0]) } : x
  }

  /// - Parameter isOne: Whether a score says all about a class by itself.
  private static func comparable(_ scores: Tensor, isOne: Bool) -> [Float] {
    let values = scores.scalars(as: Float.self)
    if isOne { return values }
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
    if other.sampleCount == 0 { return }
    if sampleCount == 0 { return self = other }
    let (own, others) = ("\(columns.count) \(isOfLabels)", "\(other.columns.count) \(other.isOfLabels)")
    let count = other.columns.count
    guard isSame(own == others, name, "\(columns.count) classes", "\(count)") else { return }
    weigh(other.weights.isEmpty ? nil : other.weights, other.sampleCount)
    for (place, column) in zip(columns.indices, other.columns) { columns[place] += column }
    truth += other.truth
  }

  /// The scores of one class or label, and whether each is a sample of it.
  private func samples(of column: Int) -> [Sample] {
    let width = columns.count
    return columns[column].enumerated().map { row, score in
      let isPositive =
        isOfLabels ? truth[row * width + column] == 1 : truth[row] == (width == 1 ? 1 : column)
      return Sample(score: score, isPositive: isPositive, weight: weights.isEmpty ? 1 : weights[row])
    }
  }

  /// A measure of all classes or labels: of each by itself, and the average of those that have one.
  func average(_ average: ClassAverage, _ measure: ([Sample]) -> Double?) -> Double {
    if columns.isEmpty { return .nan }
    let all = columns.indices.map { samples(of: $0).filter { $0.weight != 0 } }
    switch average {
    case .micro: return measure(all.flatMap { $0 }) ?? .nan
    case .binary: return measure(all[min(1, all.count - 1)]) ?? .nan
    case .macro, .weighted:
      let known = all.compactMap { samples in
        measure(samples).map { (value: $0, weight: average == .macro ? 1 : samples.weight { $0.isPositive }) }
      }
      return share(known.reduce(0) { $0 + $1.value * $1.weight }, of: known.reduce(0) { $0 + $1.weight })
    }
  }
}

extension Sequence<RankedScores.Sample> {
  /// What those together weigh that are wanted.
  func weight(_ isWanted: (RankedScores.Sample) -> Bool) -> Double {
    reduce(0) { isWanted($1) ? $0 + $1.weight : $0 }
  }
}

extension Tensor {
  /// Targets as numbers of classes, or as 0 and 1; as losses of probabilities take them, these may be floating-point
  /// numbers.
  func wholeNumbers(
    below count: Int, of name: String, _ operation: String, besides ignored: Int? = nil
  ) throws(TensorError) -> [Int] {
    let values = detach().scalars(as: Double.self)
    let isWrong = { (value: Double) in
      guard let whole = Int(exactly: value) else { return true }
      return whole != ignored && !(0..<count).contains(whole)
    }
    if let wrong = values.first(where: isWrong) {
      throw TensorError(
        .index, operation: operation, operands: [(name, spec)],
        expected: count == 2 ? "\(name) of 0 and 1" : "\(name) from 0 through \(count - 1)",
        got: NumberText.significant(wrong))
    }
    return values.map { Int($0) }
  }
}
