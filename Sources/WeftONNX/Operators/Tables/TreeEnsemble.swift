import WeftTensor

/// Trees of decisions: each row goes down each tree, and the leaves' weights are gathered by class or target.
struct TreeEnsemble: Sendable {
  private enum Test: String {
    case lessOrEqual = "BRANCH_LEQ"
    case less = "BRANCH_LT"
    case greaterOrEqual = "BRANCH_GTE"
    case greater = "BRANCH_GT"
    case equal = "BRANCH_EQ"
    case unequal = "BRANCH_NEQ"
    case leaf = "LEAF"

    func holds(_ x: Double, _ threshold: Double) -> Bool {
      switch self {
      case .lessOrEqual: x <= threshold
      case .less: x < threshold
      case .greaterOrEqual: x >= threshold
      case .greater: x > threshold
      case .equal: x == threshold
      case .unequal: x != threshold
      case .leaf: false
      }
    }
  }

  private struct Node: Sendable {
    let test: Test
    let feature: Int
    let threshold: Double
    /// Whether a missing feature passes the test.
    let takesMissing: Bool
    var passed = 0
    var failed = 0
    var weights: [(target: Int, weight: Double)] = []
  }

  private struct Key: Hashable {
    let tree: Int
    let node: Int
  }

  private var nodes: [Node] = []
  private var roots: [Int] = []
  private let featureCount: Int
  /// The classes or targets that any leaf has a weight for.
  private(set) var targets: Set<Int> = []
  private(set) var arePositive = true

  /// - Parameter kind: What the attributes of weights begin with: `class` or `target`.
  init(_ attributes: Attributes, weights kind: String) throws {
    let trees = try attributes.ints("nodes_treeids") ?? []
    func column<T>(_ name: String, _ values: [T]?) throws -> [T] {
      guard let values, values.count == trees.count else {
        throw NodeFailure(expected: "\(trees.count) of \(name), one for each node", got: "\(values?.count ?? 0)")
      }
      return values
    }
    let ids = try column("nodes_nodeids", attributes.ints("nodes_nodeids"))
    let features = try column("nodes_featureids", attributes.ints("nodes_featureids"))
    let modes = try column("nodes_modes", attributes.texts("nodes_modes"))
    let passed = try column("nodes_truenodeids", attributes.ints("nodes_truenodeids"))
    let failed = try column("nodes_falsenodeids", attributes.ints("nodes_falsenodeids"))
    let thresholds = try column("nodes_values", Self.numbers(attributes, "nodes_values"))
    let missing = try attributes.ints("nodes_missing_value_tracks_true") ?? []
    guard features.allSatisfy({ $0 >= 0 && $0 < 1 << 31 }) else {
      throw NodeFailure(expected: "features from 0", got: "\(features.min() ?? 0)")
    }
    var places: [Key: Int] = [:]
    for place in trees.indices {
      guard let test = Test(rawValue: modes[place]) else {
        throw NodeFailure(expected: "a test of ONNX's or LEAF", got: modes[place])
      }
      nodes.append(
        Node(
          test: test, feature: features[place], threshold: thresholds[place],
          takesMissing: missing.indices.contains(place) && missing[place] != 0))
      guard places.updateValue(place, forKey: Key(tree: trees[place], node: ids[place])) == nil else {
        throw NodeFailure(expected: "each node once", got: "node \(ids[place]) of tree \(trees[place]) again")
      }
    }
    featureCount = (nodes.filter { $0.test != .leaf }.map(\.feature).max() ?? -1) + 1
    try connect(trees, passed, failed, places)
    try addWeights(attributes, kind, places)
  }

  /// Floats, or a tensor of float64 in their place.
  static func numbers(_ attributes: Attributes, _ name: String) throws -> [Double]? {
    try attributes.tensor(name + "_as_tensor")?.scalars(as: Double.self) ?? attributes.floats(name)
  }

  private mutating func connect(_ trees: [Int], _ passed: [Int], _ failed: [Int], _ places: [Key: Int]) throws {
    var isChild = [Bool](repeating: false, count: nodes.count)
    for place in nodes.indices where nodes[place].test != .leaf {
      guard let yes = places[Key(tree: trees[place], node: passed[place])],
        let no = places[Key(tree: trees[place], node: failed[place])]
      else { throw NodeFailure(expected: "two nodes behind each test", got: "one that is none") }
      (nodes[place].passed, nodes[place].failed) = (yes, no)
      // Where one test has the same node behind both answers, that one follows from it alone all the same.
      for next in yes == no ? [yes] : [yes, no] {
        if isChild[next] { throw NodeFailure(expected: "nodes that follow from one test each", got: "one from two") }
        isChild[next] = true
      }
    }
    roots = nodes.indices.filter { !isChild[$0] }
    guard Set(roots.map { trees[$0] }).count == Set(trees).count, reachedCount == nodes.count else {
      throw NodeFailure(expected: "a node that each tree begins with", got: "nodes that follow from none")
    }
  }

  /// How many nodes follow from those that trees begin with, these among them.
  private var reachedCount: Int {
    var isReached = [Bool](repeating: false, count: nodes.count)
    var open = roots
    while let place = open.popLast() {
      if isReached[place] { continue }
      isReached[place] = true
      if nodes[place].test != .leaf { open += [nodes[place].passed, nodes[place].failed] }
    }
    return isReached.count { $0 }
  }

  private mutating func addWeights(_ attributes: Attributes, _ kind: String, _ places: [Key: Int]) throws {
    let trees = try attributes.ints("\(kind)_treeids") ?? []
    let (ids, classes) = (try attributes.ints("\(kind)_nodeids") ?? [], try attributes.ints("\(kind)_ids") ?? [])
    let weights = try Self.numbers(attributes, "\(kind)_weights") ?? []
    guard ids.count == trees.count, classes.count == trees.count, weights.count == trees.count else {
      throw NodeFailure(expected: "\(trees.count) weights", got: "\(weights.count)")
    }
    for (place, tree) in trees.enumerated() {
      guard let node = places[Key(tree: tree, node: ids[place])], classes[place] >= 0 else {
        throw NodeFailure(expected: "weights of leaves", got: "one of none")
      }
      nodes[node].weights.append((classes[place], weights[place]))
      targets.insert(classes[place])
      arePositive = arePositive && weights[place] >= 0
    }
  }
}

extension TreeEnsemble {
  enum Gathering: String {
    case sum = "SUM"
    case average = "AVERAGE"
    case least = "MIN"
    case most = "MAX"
  }

  /// [rows, count] of float32.
  ///
  /// - Parameter base: What the scores begin with; none is 0.
  func scores(_ x: Tensor, count: Int, base: [Double], by gathering: Gathering = .sum) throws -> Tensor {
    let (rows, width) = (x.shape[0], x.shape[1])
    guard count > 0, targets.allSatisfy({ $0 < count }), base.isEmpty || base.count == count, width >= featureCount,
      rows <= TextTensor.most / count
    else {
      throw NodeFailure(
        expected: "\(featureCount) features, and \(count) classes or targets",
        got: "\(x.spec) and \(base.count) base values")
    }
    let features = x.scalars(as: Double.self)
    let fallback = base.isEmpty ? [Double](repeating: 0, count: count) : base
    var result: [Double] = []
    result.reserveCapacity(rows * count)
    for row in 0..<rows {
      var sums = [Double?](repeating: nil, count: count)
      for root in roots {
        for (target, weight) in leaf(of: root, features, from: row * width).weights {
          sums[target] = sums[target].map { Self.joined($0, weight, gathering) } ?? weight
        }
      }
      let share = gathering == .average ? Double(max(1, roots.count)) : 1
      for target in 0..<count { result.append((sums[target] ?? 0) / share + fallback[target]) }
    }
    return Tensor(result, shape: [rows, count], dtype: .float32)
  }

  private static func joined(_ sum: Double, _ weight: Double, _ gathering: Gathering) -> Double {
    switch gathering {
    case .sum, .average: sum + weight
    case .least: min(sum, weight)
    case .most: max(sum, weight)
    }
  }

  private func leaf(of root: Int, _ features: [Double], from start: Int) -> Node {
    var node = nodes[root]
    while node.test != .leaf {
      let x = features[start + node.feature]
      let isPassed = x.isNaN && node.takesMissing || node.test.holds(x, node.threshold)
      node = nodes[isPassed ? node.passed : node.failed]
    }
    return node
  }
}

extension Operator {
  /// Random forests, boosted trees and single ones.
  static let trees: [Operator] = [
    Operator("TreeEnsembleRegressor", domain: machineLearning) { call in
      let trees = try call.attributes.prepared { try TreeEnsemble(call.attributes, weights: "target") }
      let name = try call.attributes.text("aggregate_function", "SUM")
      guard let gathering = TreeEnsemble.Gathering(rawValue: name) else {
        throw NodeFailure(expected: "aggregate_function to be one of ONNX's four", got: name)
      }
      let base = try TreeEnsemble.numbers(call.attributes, "base_values") ?? []
      let scores = try trees.scores(
        call.rows(), count: try call.attributes.int("n_targets", 1), base: base, by: gathering)
      return try ScoreTransform(call.attributes).applied(to: scores)
    },
    Operator("TreeEnsembleClassifier", domain: machineLearning, body: .values { try treeClasses($0) }),
  ]

  private static func treeClasses(_ call: NodeCall) throws -> [ONNXValue] {
    let trees = try call.attributes.prepared { try TreeEnsemble(call.attributes, weights: "class") }
    let labels = try ClassLabels(call.attributes, integers: "classlabels_int64s")
    let result = Classification(labels: labels, transform: try ScoreTransform(call.attributes))
    let base = try TreeEnsemble.numbers(call.attributes, "base_values") ?? []
    let x = try call.rows()
    guard labels.count == 2, let target = trees.targets.first, trees.targets.count == 1 else {
      return try result.results(trees.scores(x, count: labels.count, base: base))
    }
    guard base.count < 2 else {
      throw NodeFailure(expected: "one base value, since all weights are of one class", got: "\(base.count)")
    }
    // The weights of one class stand for both: of the first as those of boosted trees do, whose sum says how much the
    // second is meant; of the second beside a score of 0.
    let threshold = trees.arePositive ? 0.5 : 0
    if target == 0 {
      let scores = try trees.scores(x, count: 1, base: base)
      return try result.results(ofTwo: scores, above: threshold, areShares: trees.arePositive)
    }
    guard base.isEmpty else { throw NodeFailure(expected: "base values of both classes", got: "one") }
    let scores = try trees.scores(x, count: 2, base: [])
    return [
      try result.labels(ofTwo: scores.narrowed(axis: 1, from: 1, count: 1), above: threshold),
      .tensor(result.transform.applied(to: scores)),
    ]
  }
}
