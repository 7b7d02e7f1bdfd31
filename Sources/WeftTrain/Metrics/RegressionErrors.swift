import WeftTensor

/// Differences of predictions and targets of one shape, summed in float64.
struct ErrorSum: Sendable, Codable, Hashable {
  private(set) var sum = 0.0
  /// How many targets, by what they weigh.
  private(set) var count = 0.0

  mutating func add(
    _ predictions: Tensor, _ targets: Tensor, _ weights: Tensor?, _ operation: String, _ error: (Tensor) -> Tensor
  ) throws(TensorError) {
    guard predictions.shape == targets.shape else {
      throw .metric(
        operation, predictions, targets, expected: "predictions of the targets' shape",
        got: "\(predictions.shape) for \(targets.shape)")
    }
    let weights = try SampleWeights.ofTargets(weights, targets, operation)
    let errors = noGrad {
      error(predictions.detach().converted(to: .float64) - targets.detach().converted(to: .float64))
    }
    guard let weights else {
      (sum, count) = (sum + errors.sum().item(), count + Double(targets.elementCount))
      return
    }
    sum += zip(errors.scalars(as: Double.self), weights).reduce(0) { $0 + ($1.1 == 0 ? 0 : $1.0 * $1.1) }
    count += weights.reduce(0, +)
  }

  mutating func merge(_ other: ErrorSum) { (sum, count) = (sum + other.sum, count + other.count) }
  var mean: Double { share(sum, of: count) }
}

/// The mean of |prediction − target| over all elements; NaN for none.
public struct MeanAbsoluteError: TensorMetric, Hashable {
  private var errors = ErrorSum()

  /// An error of nothing yet.
  public init() {}

  public var value: Double { errors.mean }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    try errors.add(predictions, targets, weights, "MeanAbsoluteError") { $0.abs() }
  }

  public mutating func merge(_ other: MeanAbsoluteError) { errors.merge(other.errors) }
  public mutating func reset() { errors = ErrorSum() }
}

/// The mean of (prediction − target)² over all elements; NaN for none.
public struct MeanSquaredError: TensorMetric, Hashable {
  private var errors = ErrorSum()

  /// An error of nothing yet.
  public init() {}

  public var value: Double { errors.mean }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try update(predictions, targets, weights: nil)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    try errors.add(predictions, targets, weights, "MeanSquaredError") { $0 * $0 }
  }

  public mutating func merge(_ other: MeanSquaredError) { errors.merge(other.errors) }
  public mutating func reset() { errors = ErrorSum() }
}

/// The root of the mean of (prediction − target)² over all elements: in the targets' own unit. NaN for none.
public struct RootMeanSquaredError: TensorMetric, Hashable {
  private var errors = MeanSquaredError()

  /// An error of nothing yet.
  public init() {}

  public var value: Double { errors.value.squareRoot() }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor) throws(TensorError) {
    try errors.update(predictions, targets)
  }

  public mutating func update(_ predictions: Tensor, _ targets: Tensor, weights: Tensor?) throws(TensorError) {
    try errors.update(predictions, targets, weights: weights)
  }

  public mutating func merge(_ other: RootMeanSquaredError) { errors.merge(other.errors) }
  public mutating func reset() { errors.reset() }
}
