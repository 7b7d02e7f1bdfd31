import WeftTensor

/// The share of the targets' variance that is explained, 1 − Σ(t − p)²/Σ(t − mean)²: 1 is perfect, 0 is as good as the
/// mean. For targets of several columns [N, ...] the mean of the columns' numbers.
///
/// As in scikit-learn: a column whose targets are all the same has 1 where every prediction is right, else 0. NaN for
/// fewer than two samples.
public struct R2Score: TensorMetric, Hashable {
  /// A column's targets, added up so that large means cost no digits (Chan, Golub and LeVeque, 1983).
  private struct Column: Sendable, Codable, Hashable {
    var mean = 0.0
    var squares = 0.0
    var residual = 0.0

    mutating func merge(_ other: Column, counts: (own: Double, other: Double)) {
      let distance = other.mean - mean
      let whole = counts.own + counts.other
      guard whole > 0 else { return }
      mean += distance * counts.other / whole
      squares += other.squares + distance * distance * counts.own * counts.other / whole
      residual += other.residual
    }

    var score: Double { squares == 0 ? (residual == 0 ? 1 : 0) : 1 - residual / squares }
  }

  private var columns: [Column] = []
  private var count = 0
  /// What the samples weigh together; nil as long as every one had 1.
  private var weighted: Double?
  private var weight: Double { weighted ?? Double(count) }

  /// A score of nothing yet.
  public init() {}

  public var value: Double {
    count < 2 ? .nan : share(columns.reduce(0) { $0 + $1.score }, of: Double(columns.count))
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    let width = targets.rank > 1 ? targets.shape.sizes.dropFirst().reduce(1, *) : 1
    guard predictions.shape == targets.shape, targets.rank >= 1, columns.isEmpty || columns.count == width else {
      throw .metric(
        "R2Score", predictions, targets,
        expected: "predictions of the targets' shape" + (columns.isEmpty ? "" : ", of \(columns.count) columns"),
        got: "\(predictions.shape) for \(targets.shape)")
    }
    let guesses = predictions.detach().scalars(as: Double.self)
    let truth = targets.detach().scalars(as: Double.self)
    let rows = targets.shape[0]
    let weights = try SampleWeights.ofSamples(weights, rows, "R2Score")
    var batch = R2Score()
    (batch.count, batch.weighted) = (rows, weights?.reduce(0, +))
    batch.columns = (0..<width).map { column in
      func sum(_ term: (Int) -> Double) -> Double {
        (0..<rows).reduce(0) { sum, row in
          let weight = weights?[row] ?? 1
          return weight == 0 ? sum : sum + weight * term(row * width + column)  // what does not count may be NaN
        }
      }
      let mean = batch.weight == 0 ? 0 : sum { truth[$0] } / batch.weight
      return Column(
        mean: mean, squares: sum { (truth[$0] - mean) * (truth[$0] - mean) },
        residual: sum { (truth[$0] - guesses[$0]) * (truth[$0] - guesses[$0]) })
    }
    if rows > 0 { merge(batch) }
  }

  public mutating func merge(_ other: R2Score) {
    if other.columns.isEmpty { return }
    if columns.isEmpty { return self = other }
    let width = other.columns.count
    guard isSame(columns.count == width, "R2Score", "\(columns.count) columns", "\(width)") else { return }
    for (place, column) in zip(columns.indices, other.columns) {
      columns[place].merge(column, counts: (weight, other.weight))
    }
    if weighted != nil || other.weighted != nil { weighted = weight + other.weight }
    count += other.count
  }

  public mutating func reset() { self = R2Score() }
}
