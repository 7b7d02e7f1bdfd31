import WeftTensor

/// What trees say of each row: an operation, so that frozen models have it.
struct TreeScores: TensorOperation {
  static let name = "treeScores"
  static let operands: Operands = ["x"]
  static let equation = "yᵢⱼ = Σₜ weight of leafₜ(xᵢ) for j"
  static let whyNotDifferentiable: String? = "scores of trees stay the same between thresholds"
  static let samples: [Sample] = []

  let trees: DecisionTrees
  /// The classes or targets.
  let count: Int
  let base: [Double]
  let gathering: DecisionTrees.Gathering
  /// Whether scores are of the features' type; else they are of float32.
  let keepsType: Bool
  /// How many features a row must have, which asks all nodes.
  private let featureCount: Int
  /// The trees as a kernel walks them, made once for all copies.
  private let forest = MadeOnce<DecisionForest?>()

  private enum CodingKeys: CodingKey {
    case trees, count, base, gathering, keepsType, featureCount
  }

  /// - Throws: `NodeFailure` for weights of classes or targets beyond `count`.
  init(
    _ trees: DecisionTrees, count: Int, base: [Double], by gathering: DecisionTrees.Gathering = .sum,
    keepsType: Bool = false
  ) throws {
    guard (1...TextTensor.most).contains(count) else {
      throw NodeFailure(expected: "1 to \(TextTensor.most) classes or targets", got: "\(count)")
    }
    guard trees.weights.allSatisfy({ $0.target < count }), base.isEmpty || base.count == count else {
      throw NodeFailure(
        expected: "\(count) classes or targets",
        got: "weights of number \(trees.weights.map(\.target).max() ?? 0) and \(base.count) base values")
    }
    (self.trees, self.count, self.base, self.gathering) = (trees, count, base, gathering)
    (self.keepsType, featureCount) = (keepsType, trees.featureCount)
  }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let x = inputs[0]
    guard x.shape.rank == 2, x.shape[1] >= featureCount, x.shape[0] <= TextTensor.most / count else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("x", x)],
        expected: "rows of \(featureCount) features, and at most \(TextTensor.most) scores", got: "\(x.shape)")
    }
    return [TensorSpec([x.shape[0], count], keepsType && x.dtype.isFloatingPoint ? x.dtype : .float32)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let forest = forest.value { trees.forest }
    return [
      trees.scores(inputs[0], count: count, base: base, by: gathering, as: outputs[0].dtype, walking: forest)
    ]
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.looping(self) }
}
