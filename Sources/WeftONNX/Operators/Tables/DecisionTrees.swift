import Dispatch
import WeftTensor

/// Trees of decisions as they are walked: each row goes down each tree, and what the leaves weigh is gathered by class or
/// target.
struct DecisionTrees: Hashable, Codable, Sendable {
  /// How a feature is compared with a threshold.
  enum Test: UInt8, Codable, Sendable {
    case lessOrEqual, less, greaterOrEqual, greater, equal, unequal, leaf

    fileprivate func holds(_ x: Double, _ threshold: Double) -> Bool {
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

  struct Node: Hashable, Codable, Sendable {
    var test: Test
    /// Whether a missing feature passes the test.
    var takesMissing = false
    var feature: Int32 = 0
    var threshold = 0.0
    /// The nodes behind the test's two answers; of a leaf, where its weights begin and end.
    var passed: Int32 = 0
    var failed: Int32 = 0
  }

  struct Weight: Hashable, Codable, Sendable {
    let target: Int32
    let weight: Double
  }

  /// How the weights of all trees become one.
  enum Gathering: String, Codable, Sendable {
    case sum = "SUM"
    case average = "AVERAGE"
    case least = "MIN"
    case most = "MAX"
  }

  var nodes: [Node] = []
  var roots: [Int32] = []
  var weights: [Weight] = []

  /// How many features a row must have.
  var featureCount: Int { Int(nodes.lazy.filter { $0.test != .leaf }.map(\.feature).max() ?? -1) + 1 }
}

extension DecisionTrees {
  /// Rows that go down a tree one after another, while it is at hand.
  private static let rowsTogether = 16

  /// [rows, count]. Rows are shared among threads.
  ///
  /// - Parameters:
  ///   - forest: These trees as a kernel walks them, if it can.
  ///   - x: [rows, features], at least `featureCount` of them.
  ///   - count: The classes or targets, more than any weight's.
  ///   - base: What the scores begin with; none is 0.
  func scores(
    _ x: Tensor, count: Int, base: [Double], by gathering: Gathering, as dtype: DType, walking forest: DecisionForest?
  ) -> Tensor {
    if let forest, gathering == .sum || gathering == .average {
      let share = gathering == .average ? Double(max(1, roots.count)) : 1
      let sums = forest.sums(of: x, count: count).scalars(as: Double.self)
      let scores = sums.indices.map { sums[$0] / share + (base.isEmpty ? 0 : base[$0 % count]) }
      return Tensor(scores, shape: [x.shape[0], count], dtype: dtype)
    }
    let (rows, features) = (x.shape[0], x.scalars(as: Double.self))
    if rows == 0 { return Tensor(zeros: [0, count], dtype: dtype) }
    let result = SharedNumbers(count: rows * count)
    // Starting a thread takes as long as some thousand ways down.
    let shares = max(1, min(Threads.count, rows * roots.count / 4096))
    DispatchQueue.concurrentPerform(iterations: shares) { share in
      var sums = Sums(count: count * min(Self.rowsTogether, rows), gathering)
      let end = rows * (share + 1) / shares
      for first in stride(from: rows * share / shares, to: end, by: Self.rowsTogether) {
        let part = first..<min(end, first + Self.rowsTogether)
        gather(features, width: x.shape[1], part, count, &sums)
        result.set(
          sums.values(rows: part.count, base: base, trees: roots.count, targets: count), from: first * count)
      }
    }
    return Tensor(result.numbers, shape: [rows, count], dtype: dtype)
  }

  private func gather(_ features: [Double], width: Int, _ rows: Range<Int>, _ count: Int, _ sums: inout Sums) {
    sums.clear()
    nodes.withUnsafeBufferPointer { nodes in
      features.withUnsafeBufferPointer { features in
        for root in roots {
          for row in rows {
            let leaf = Self.leaf(nodes, Int(root), features, from: row * width)
            let start = (row - rows.lowerBound) * count
            for place in Int(leaf.passed)..<Int(leaf.failed) {
              sums.add(weights[place].weight, at: start + Int(weights[place].target))
            }
          }
        }
      }
    }
  }

  private static func leaf(
    _ nodes: UnsafeBufferPointer<Node>, _ root: Int, _ features: UnsafeBufferPointer<Double>, from start: Int
  ) -> Node {
    var node = nodes[root]
    while node.test != .leaf {
      let x = features[start + Int(node.feature)]
      let isPassed = node.test.holds(x, node.threshold) || node.takesMissing && x.isNaN
      node = nodes[Int(isPassed ? node.passed : node.failed)]
    }
    return node
  }
}

/// What has been gathered of some rows.
private struct Sums {
  private var numbers: [Double]
  /// Whether there is any weight yet: the least of none is 0.
  private var hasAny: [Bool]
  private let gathering: DecisionTrees.Gathering

  init(count: Int, _ gathering: DecisionTrees.Gathering) {
    numbers = Array(repeating: 0, count: count)
    hasAny = Array(repeating: false, count: count)
    self.gathering = gathering
  }

  mutating func clear() {
    for place in numbers.indices { (numbers[place], hasAny[place]) = (0, false) }
  }

  mutating func add(_ weight: Double, at place: Int) {
    switch gathering {
    case .sum, .average: numbers[place] += weight
    case .least: numbers[place] = hasAny[place] ? min(numbers[place], weight) : weight
    case .most: numbers[place] = hasAny[place] ? max(numbers[place], weight) : weight
    }
    hasAny[place] = true
  }

  func values(rows: Int, base: [Double], trees: Int, targets: Int) -> [Double] {
    let share = gathering == .average ? Double(max(1, trees)) : 1
    return (0..<rows * targets).map { numbers[$0] / share + (base.isEmpty ? 0 : base[$0 % targets]) }
  }
}

/// Numbers that several threads fill in, each its own.
private final class SharedNumbers: @unchecked Sendable {
  private let memory: UnsafeMutableBufferPointer<Double>

  init(count: Int) {
    memory = .allocate(capacity: count)
    memory.initialize(repeating: 0)
  }

  deinit { memory.deallocate() }

  func set(_ values: [Double], from start: Int) {
    for (place, value) in values.enumerated() { memory[start + place] = value }
  }

  var numbers: [Double] { Array(memory) }
}
