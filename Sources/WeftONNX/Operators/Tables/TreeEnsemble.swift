import WeftTensor

/// Trees of decisions as two nodes of ONNX's state them (`TreeEnsembleClassifier`, `TreeEnsembleRegressor`): leaves are
/// nodes among the others, and weights name theirs.
struct TreeEnsemble: Sendable {
  private struct Key: Hashable {
    let tree: Int
    let node: Int
  }

  private(set) var trees = DecisionTrees()
  /// The classes or targets that any leaf has a weight for.
  private(set) var targets: Set<Int> = []
  private(set) var arePositive = true

  private static let tests: [String: DecisionTrees.Test] = [
    "BRANCH_LEQ": .lessOrEqual, "BRANCH_LT": .less, "BRANCH_GTE": .greaterOrEqual, "BRANCH_GT": .greater,
    "BRANCH_EQ": .equal, "BRANCH_NEQ": .unequal, "LEAF": .leaf,
  ]

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
    var places: [Key: Int] = [:]
    for place in trees.indices {
      guard let test = Self.tests[modes[place]] else {
        throw NodeFailure(expected: "a test of ONNX's or LEAF", got: modes[place])
      }
      self.trees.nodes.append(
        DecisionTrees.Node(
          test: test, takesMissing: missing.indices.contains(place) && missing[place] != 0,
          feature: try DecisionTrees.feature(features[place]), threshold: thresholds[place]))
      guard places.updateValue(place, forKey: Key(tree: trees[place], node: ids[place])) == nil else {
        throw NodeFailure(expected: "each node once", got: "node \(ids[place]) of tree \(trees[place]) again")
      }
    }
    try connect(trees, passed, failed, places)
    try addWeights(attributes, kind, places)
  }

  /// Floats, or a tensor of float64 in their place.
  static func numbers(_ attributes: Attributes, _ name: String) throws -> [Double]? {
    try attributes.tensor(name + "_as_tensor")?.scalars(as: Double.self) ?? attributes.floats(name)
  }

  private mutating func connect(
    _ numbers: [Int], _ passed: [Int], _ failed: [Int], _ places: [Key: Int]
  ) throws {
    var isChild = [Bool](repeating: false, count: trees.nodes.count)
    for place in trees.nodes.indices where trees.nodes[place].test != .leaf {
      guard let yes = places[Key(tree: numbers[place], node: passed[place])],
        let no = places[Key(tree: numbers[place], node: failed[place])]
      else { throw NodeFailure(expected: "two nodes behind each test", got: "one that is none") }
      (trees.nodes[place].passed, trees.nodes[place].failed) = (Int32(yes), Int32(no))
      // Where one test has the same node behind both answers, that one follows from it alone all the same.
      for next in yes == no ? [yes] : [yes, no] {
        if isChild[next] { throw NodeFailure(expected: "nodes that follow from one test each", got: "one from two") }
        isChild[next] = true
      }
    }
    let roots = trees.nodes.indices.filter { !isChild[$0] }
    trees.roots = roots.map { Int32($0) }
    guard Set(roots.map { numbers[$0] }).count == Set(numbers).count, reachedCount == trees.nodes.count else {
      throw NodeFailure(expected: "a node that each tree begins with", got: "nodes that follow from none")
    }
  }

  /// How many nodes follow from those that trees begin with, these among them.
  private var reachedCount: Int {
    var isReached = [Bool](repeating: false, count: trees.nodes.count)
    var open = trees.roots
    while let place = open.popLast() {
      if isReached[Int(place)] { continue }
      isReached[Int(place)] = true
      let node = trees.nodes[Int(place)]
      if node.test != .leaf { open += [node.passed, node.failed] }
    }
    return isReached.count { $0 }
  }

  private mutating func addWeights(_ attributes: Attributes, _ kind: String, _ places: [Key: Int]) throws {
    let numbers = try attributes.ints("\(kind)_treeids") ?? []
    let (ids, classes) = (try attributes.ints("\(kind)_nodeids") ?? [], try attributes.ints("\(kind)_ids") ?? [])
    let weights = try Self.numbers(attributes, "\(kind)_weights") ?? []
    guard ids.count == numbers.count, classes.count == numbers.count, weights.count == numbers.count else {
      throw NodeFailure(expected: "\(numbers.count) weights", got: "\(weights.count)")
    }
    var ofNodes = [[DecisionTrees.Weight]](repeating: [], count: trees.nodes.count)
    for (place, tree) in numbers.enumerated() {
      guard let node = places[Key(tree: tree, node: ids[place])], classes[place] >= 0, classes[place] < 1 << 31 else {
        throw NodeFailure(expected: "weights of leaves", got: "one of none")
      }
      ofNodes[node].append(.init(target: Int32(classes[place]), weight: weights[place]))
      targets.insert(classes[place])
      arePositive = arePositive && weights[place] >= 0
    }
    for place in trees.nodes.indices where trees.nodes[place].test == .leaf {
      trees.nodes[place].passed = Int32(trees.weights.count)
      trees.weights += ofNodes[place]
      trees.nodes[place].failed = Int32(trees.weights.count)
    }
  }
}

extension DecisionTrees {
  static func feature(_ number: Int) throws -> Int32 {
    guard number >= 0, let feature = Int32(exactly: number) else {
      throw NodeFailure(expected: "features from 0", got: "\(number)")
    }
    return feature
  }
}
