import WeftTensor

extension Operator {
  /// Random forests, boosted trees and single ones.
  static let trees: [Operator] = [
    Operator("TreeEnsembleRegressor", domain: machineLearning) { call in
      let scores = try call.attributes.prepared {
        let name = try call.attributes.text("aggregate_function", "SUM")
        guard let gathering = DecisionTrees.Gathering(rawValue: name) else {
          throw NodeFailure(expected: "aggregate_function to be one of ONNX's four", got: name)
        }
        return try TreeScores(
          TreeEnsemble(call.attributes, weights: "target").trees, count: try call.attributes.int("n_targets", 1),
          base: try TreeEnsemble.numbers(call.attributes, "base_values") ?? [], by: gathering)
      }
      return try ScoreTransform(call.attributes).applied(to: scores(call.rows()))
    },
    Operator(
      "TreeEnsembleClassifier", domain: machineLearning,
      body: .values { call in
        try call.attributes.prepared { try TreeClasses(call.attributes) }.results(call.rows(), call)
      }),
    Operator("TreeEnsemble", domain: machineLearning) { call in
      let scores = try call.attributes.prepared { try LeafedTrees(call.attributes).scores() }
      return try LeafedTrees.transform(call.attributes).applied(to: scores(call.rows()))
    },
  ]
}

/// A classifier of trees.
private struct TreeClasses: Sendable {
  private let result: Classification
  private let scores: TreeScores
  /// The class that all weights of two are of, the first or the second; nil where each class has its own.
  private var only: Int?
  private let arePositive: Bool

  init(_ attributes: Attributes) throws {
    let ensemble = try TreeEnsemble(attributes, weights: "class")
    let labels = try ClassLabels(attributes, integers: "classlabels_int64s")
    result = Classification(labels: labels, transform: try ScoreTransform(attributes))
    arePositive = ensemble.arePositive
    let base = try TreeEnsemble.numbers(attributes, "base_values") ?? []
    guard labels.count == 2, let target = ensemble.targets.first, ensemble.targets.count == 1 else {
      scores = try TreeScores(ensemble.trees, count: labels.count, base: base)
      return
    }
    guard base.count < 2 else {
      throw NodeFailure(expected: "one base value, since all weights are of one class", got: "\(base.count)")
    }
    guard target == 0 || base.isEmpty else { throw NodeFailure(expected: "base values of both classes", got: "one") }
    only = target
    scores = try TreeScores(ensemble.trees, count: target == 0 ? 1 : 2, base: base)
  }

  /// The weights of one class stand for both: of the first as those of boosted trees do, whose sum says how much the
  /// second is meant; of the second beside a score of 0.
  func results(_ x: Tensor, _ call: NodeCall) throws -> [ONNXValue] {
    let threshold = arePositive ? 0.5 : 0
    switch only {
    case nil: return try result.results(scores(x), call)
    case 0: return try result.results(ofTwo: scores(x), above: threshold, areShares: arePositive, call)
    default:
      let scores = scores(x)
      let second = scores.narrowed(axis: 1, from: 1, count: 1)
      return [
        try result.labels(ofTwo: second, above: threshold, call), .tensor(result.transform.applied(to: scores)),
      ]
    }
  }
}
