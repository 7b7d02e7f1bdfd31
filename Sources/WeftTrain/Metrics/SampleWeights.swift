import WeftTensor

/// What each sample, or each of its targets, counts for.
enum SampleWeights {
  /// The weight of each target, in their order; nil where all count alike.
  ///
  /// - Parameter weights: Of each sample [N] or [N, 1], or of each target.
  /// - Throws: `TensorError` for another shape, and for what is no weight.
  static func ofTargets(
    _ weights: Tensor?, _ targets: Tensor, _ operation: String
  ) throws(TensorError) -> [Double]? {
    guard let weights else { return nil }
    if weights.shape == targets.shape { return try checked(weights, operation) }
    let count = targets.rank > 0 ? targets.shape[0] : 1
    let own = try ofSamples(weights, count, operation) ?? []
    let copies = targets.elementCount / max(1, count)
    return copies == 1 ? own : own.flatMap { Array(repeating: $0, count: copies) }
  }

  /// The weight of each sample; nil where all count alike.
  static func ofSamples(_ weights: Tensor?, _ count: Int, _ operation: String) throws(TensorError) -> [Double]? {
    guard let weights else { return nil }
    guard [[count], [count, 1]].contains(weights.shape.sizes) else {
      throw TensorError(
        .shape, operation: operation, operands: [("weights", weights.spec)],
        expected: "a weight for each of \(count) samples, [\(count)]", got: "\(weights.shape)")
    }
    return try checked(weights, operation)
  }

  private static func checked(_ weights: Tensor, _ operation: String) throws(TensorError) -> [Double] {
    let values = weights.detach().scalars(as: Double.self)
    if let wrong = values.first(where: { !($0.isFinite && $0 >= 0) }) {
      throw TensorError(
        .value, operation: operation, operands: [("weights", weights.spec)],
        expected: "finite weights that are not negative", got: NumberText.significant(wrong))
    }
    return values
  }
}

/// How much of all that was weighed is right.
struct WeightedShare: Sendable, Codable, Hashable {
  var right: Double
  var all: Double

  init(right: Double, all: Double) { (self.right, self.all) = (right, all) }

  /// - Parameter weights: Of each answer; nil for 1 each.
  init(_ isRight: [Bool], _ weights: [Double]?) {
    guard let weights else {
      self.init(right: Double(isRight.count { $0 }), all: Double(isRight.count))
      return
    }
    self.init(right: zip(isRight, weights).reduce(0) { $0 + ($1.0 ? $1.1 : 0) }, all: weights.reduce(0, +))
  }

  static func + (a: Self, b: Self) -> Self { Self(right: a.right + b.right, all: a.all + b.all) }
}
