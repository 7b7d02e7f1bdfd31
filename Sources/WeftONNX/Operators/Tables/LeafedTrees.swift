import WeftTensor

/// Trees as the newer node of ONNX's states them (`TreeEnsemble`, set 5): nodes name those behind them by their place,
/// and leaves stand in a list of their own.
struct LeafedTrees {
  /// How often each node is led to.
  private var uses: [Int]
  private let leafCount: Int
  private let attributes: Attributes
  private var trees = DecisionTrees()
  /// For each test of membership, the numbers that pass it.
  private var members: [[Double]]
  private let modes: [Int]

  private static let tests: [DecisionTrees.Test] = [
    .lessOrEqual, .less, .greaterOrEqual, .greater, .equal, .unequal,
  ]
  private static let membership = 6

  /// A side of a node: a list of places, and whether each is one of a leaf.
  private struct Side {
    let places: [Int]
    let areLeaves: [Bool]
  }

  init(_ attributes: Attributes) throws {
    self.attributes = attributes
    modes = try attributes.tensor("nodes_modes")?.scalars(as: Int.self) ?? []
    guard modes.allSatisfy({ (0...Self.membership).contains($0) }) else {
      throw NodeFailure(expected: "tests from 0 to \(Self.membership)", got: "another")
    }
    let values = try attributes.tensor("membership_values")?.scalars(as: Double.self) ?? []
    members = values.split(omittingEmptySubsequences: false) { $0.isNaN }.map(Array.init)
    if let last = members.last, last.isEmpty { members.removeLast() }
    let tested = modes.count { $0 == Self.membership }
    guard members.count == tested else {
      throw NodeFailure(expected: "\(tested) sets of members", got: "\(members.count)")
    }
    uses = Array(repeating: 0, count: modes.count)
    leafCount = try attributes.ints("leaf_targetids")?.count ?? 0
    try addNodes()
    try addRoots()
  }

  func scores() throws -> TreeScores {
    let gathering: [DecisionTrees.Gathering] = [.average, .sum, .least, .most]
    let number = try attributes.int("aggregate_function", 1)
    guard gathering.indices.contains(number) else {
      throw NodeFailure(expected: "aggregate_function from 0 to 3", got: "\(number)")
    }
    return try TreeScores(
      trees, count: try attributes.int("n_targets", 1), base: [], by: gathering[number], keepsType: true)
  }

  static func transform(_ attributes: Attributes) throws -> ScoreTransform {
    let all: [ScoreTransform] = [.none, .softmax, .logistic, .softmaxZero, .probit]
    let number = try attributes.int("post_transform", 0)
    guard all.indices.contains(number) else {
      throw NodeFailure(expected: "post_transform from 0 to 4", got: "\(number)")
    }
    return all[number]
  }

  private func column<T>(_ name: String, _ values: [T]?, count: Int) throws -> [T] {
    guard let values, values.count == count else {
      throw NodeFailure(expected: "\(count) of \(name)", got: "\(values?.count ?? 0)")
    }
    return values
  }

  private func side(_ name: String) throws -> Side {
    Side(
      places: try column("nodes_\(name)nodeids", attributes.ints("nodes_\(name)nodeids"), count: modes.count),
      areLeaves: try column("nodes_\(name)leafs", attributes.ints("nodes_\(name)leafs"), count: modes.count)
        .map { $0 != 0 })
  }

  /// Nodes at their places, then leaves, then what tests of membership are made of.
  private mutating func addNodes() throws {
    let features = try column("nodes_featureids", attributes.ints("nodes_featureids"), count: modes.count)
    let splits = try column(
      "nodes_splits", attributes.tensor("nodes_splits")?.scalars(as: Double.self), count: modes.count)
    let missing = try attributes.ints("nodes_missing_value_tracks_true") ?? []
    let targets = try attributes.ints("leaf_targetids") ?? []
    let weights = try column(
      "leaf_weights", attributes.tensor("leaf_weights")?.scalars(as: Double.self), count: targets.count)
    let (passed, failed) = (try side("true"), try side("false"))
    for place in modes.indices {
      trees.nodes.append(
        DecisionTrees.Node(
          test: modes[place] == Self.membership ? .equal : Self.tests[modes[place]],
          takesMissing: missing.indices.contains(place) && missing[place] != 0,
          feature: try DecisionTrees.feature(features[place]), threshold: splits[place],
          passed: try target(of: passed, place), failed: try target(of: failed, place)))
      let (yes, no) = (Int(trees.nodes[place].passed), Int(trees.nodes[place].failed))
      // Where one test has the same node behind both answers, that one follows from it alone all the same.
      for next in yes == no ? [yes] : [yes, no] where next < modes.count { uses[next] += 1 }
    }
    for (target, weight) in zip(targets, weights) {
      guard target >= 0, let number = Int32(exactly: target) else {
        throw NodeFailure(expected: "targets from 0", got: "\(target)")
      }
      let place = Int32(trees.weights.count)
      trees.nodes.append(DecisionTrees.Node(test: .leaf, passed: place, failed: place + 1))
      trees.weights.append(.init(target: number, weight: weight))
    }
    addMembers()
  }

  /// Where an answer leads.
  private func target(of side: Side, _ place: Int) throws -> Int32 {
    let next = side.places[place]
    guard next >= 0, next < (side.areLeaves[place] ? leafCount : modes.count) else {
      throw NodeFailure(expected: "a node or leaf behind each answer", got: "number \(next)")
    }
    return Int32(side.areLeaves[place] ? modes.count + next : next)
  }

  /// A test of membership asks for one number after another, and the last one's failure is its own.
  private mutating func addMembers() {
    let tested = modes.indices.filter { modes[$0] == Self.membership }
    for (place, numbers) in zip(tested, members) {
      let failed = trees.nodes[place].failed
      guard let first = numbers.first else {
        // No number is one of none.
        trees.nodes[place].test = .less
        trees.nodes[place].threshold = -.infinity
        continue
      }
      trees.nodes[place].threshold = first
      var last = place
      for number in numbers.dropFirst() {
        var node = trees.nodes[place]
        (node.threshold, node.failed) = (number, failed)
        trees.nodes[last].failed = Int32(trees.nodes.count)
        last = trees.nodes.count
        trees.nodes.append(node)
      }
    }
  }

  /// Trees that lead to a node twice could lead back to it.
  private mutating func addRoots() throws {
    let roots = try attributes.ints("tree_roots") ?? []
    for root in roots {
      guard modes.indices.contains(root), uses[root] == 0 else {
        throw NodeFailure(expected: "roots that no test leads to, each once", got: "number \(root)")
      }
      uses[root] = 1
    }
    guard uses.allSatisfy({ $0 <= 1 }) else {
      throw NodeFailure(expected: "nodes that follow from one test each", got: "one from two")
    }
    trees.roots = roots.map { Int32($0) }
  }
}
