import Foundation
import Testing
import Weft
import WeftONNX

/// Forests of random trees, each row beside a walk of the test's own.
@Suite struct TreeForestTests {
  private struct Node {
    var tree: Int
    var id: Int
    var test = "LEAF"
    var feature = 0
    var threshold = 0.0
    var takesMissing = false
    var passed = 0
    var failed = 0
    var weights: [(target: Int, weight: Float)] = []
  }

  private struct Forest {
    var nodes: [Node] = []
    private var generator = SystemlessGenerator(state: 11)
    private let tests: [String]
    private let isWide: Bool

    /// - Parameters:
    ///   - tests: Which ones nodes have.
    ///   - isWide: Whether thresholds are no numbers of float32.
    init(trees: Int, depth: Int, tests: [String], isWide: Bool) {
      (self.tests, self.isWide) = (tests, isWide)
      for tree in 0..<trees { _ = grow(tree, depth) }
    }

    private mutating func grow(_ tree: Int, _ depth: Int) -> Int {
      let place = nodes.count
      nodes.append(Node(tree: tree, id: nodes.count))
      // Trees of several depths, one a single leaf.
      if depth == 0 || tree == 3 || generator.next() % 5 == 0 {
        nodes[place].weights = (0..<Int(generator.next() % 3)).map { (($0 + tree) % 3, Float(place % 17) - 8) }
        return place
      }
      nodes[place].test = tests[Int(generator.next() % UInt64(tests.count))]
      nodes[place].feature = Int(generator.next() % 4)
      nodes[place].threshold = Double(Int(generator.next() % 9)) - 4 + (isWide ? 1e-12 : 0)
      nodes[place].takesMissing = generator.next() % 3 == 0
      nodes[place].passed = grow(tree, depth - 1)
      nodes[place].failed = grow(tree, depth - 1)
      return place
    }

    func scores(_ row: [Double]) -> [Float] {
      var sums = [0.0, 0, 0]
      for root in nodes
      where !nodes.contains(where: { $0.test != "LEAF" && ($0.passed == root.id || $0.failed == root.id) }) {
        var node = root
        while node.test != "LEAF" {
          let x = row[node.feature]
          let holds =
            switch node.test {
            case "BRANCH_LEQ": x <= node.threshold
            case "BRANCH_LT": x < node.threshold
            default: x > node.threshold
            }
          node = nodes[holds || node.takesMissing && x.isNaN ? node.passed : node.failed]
        }
        for (target, weight) in node.weights { sums[target] += Double(weight) }
      }
      return sums.map { Float($0) }
    }

    var node: Onnx_NodeProto {
      func ints(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
        OneNode.attribute(name, values.map { Int64($0) }, isList: true)
      }
      var thresholds = Onnx_AttributeProto()
      (thresholds.name, thresholds.type) = ("nodes_values_as_tensor", .tensor)
      (thresholds.t.dataType, thresholds.t.dims) = (11, [Int64(nodes.count)])
      thresholds.t.doubleData = nodes.map(\.threshold)
      let weights = nodes.flatMap { node in node.weights.map { (node, $0.target, $0.weight) } }
      return OneNode.node(
        "TreeEnsembleRegressor", inputs: 1, domain: "ai.onnx.ml",
        [
          ints("nodes_treeids", nodes.map(\.tree)), ints("nodes_nodeids", nodes.map(\.id)),
          ints("nodes_featureids", nodes.map(\.feature)), OneNode.attribute("nodes_modes", nodes.map(\.test)),
          ints("nodes_truenodeids", nodes.map(\.passed)), ints("nodes_falsenodeids", nodes.map(\.failed)),
          ints("nodes_missing_value_tracks_true", nodes.map { $0.takesMissing ? 1 : 0 }), thresholds,
          ints("target_treeids", weights.map(\.0.tree)), ints("target_nodeids", weights.map(\.0.id)),
          ints("target_ids", weights.map(\.1)), OneNode.attribute("target_weights", weights.map(\.2)),
          OneNode.attribute("n_targets", [3], isList: false),
        ])
    }
  }

  /// Numbers at, beside and far from thresholds, with some missing.
  private static func rows(_ count: Int) -> [[Double]] {
    var generator = SystemlessGenerator(state: 5)
    return (0..<count).map { _ in
      (0..<4).map { _ in
        let number = Double(Int(generator.next() % 11)) - 5
        switch generator.next() % 8 {
        case 0: return .nan
        case 1: return number.nextUp
        case 2: return Double(Float(number).nextDown)
        case 3: return generator.next() % 2 == 0 ? .infinity : -.infinity
        default: return number
        }
      }
    }
  }

  @Test(arguments: [["BRANCH_LEQ"], ["BRANCH_LT"], ["BRANCH_LEQ", "BRANCH_LT"], ["BRANCH_LEQ", "BRANCH_GT"]])
  func everyRowEndsAtItsLeaves(_ tests: [String]) throws {
    for isWide in [false, true] {
      let forest = Forest(trees: 13, depth: 6, tests: tests, isWide: isWide)
      let model = try OneNode.model([forest.node], inputs: 1)
      for (count, dtype) in [(1, DType.float32), (7, .float64), (8, .float32), (41, .float64), (1003, .float32)] {
        let x = Tensor(Self.rows(count).flatMap { $0 }, shape: [count, 4], dtype: dtype)
        let numbers = x.scalars(as: Double.self)
        let expected = (0..<count).flatMap { forest.scores(Array(numbers[4 * $0..<4 * $0 + 4])) }
        #expect(try model.result([x]).scalars(as: Float.self) == expected, "\(count) rows of \(dtype), \(isWide)")
        let frozen = try model.frozen(for: [["x0": x]])
        #expect(try frozen.run(["x0": x])["y"]?.scalars(as: Float.self) == expected, "\(count) rows frozen")
      }
    }
  }
}

/// The same numbers on every machine.
private struct SystemlessGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
