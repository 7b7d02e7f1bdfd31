import CWeft

/// Trees of decisions in the form in which a kernel walks them: tests whether a feature is at most a number, the node
/// behind a failed one next to that behind a passed one.
package struct DecisionForest: Sendable {
  /// A test, or a leaf, which leads to itself.
  package struct Node {
    package var threshold = 0.0
    /// Whether the threshold itself fails.
    package var isStrict = false
    package var feature: Int32 = 0
    /// The node behind a passed test.
    package var next: Int32
    package var isTest = false
    /// Whether NaN passes.
    package var takesMissing = false
    /// Of a leaf, which weights it has.
    package var weights: Range<Int32> = 0..<0

    package init(leaf place: Int32) { next = place }
  }

  let nodes: [weft_tree_node64]
  /// The same for features of float32.
  let narrowNodes: [weft_tree_node]
  let roots: [Int32]
  let begins: [Int32]
  let ends: [Int32]
  let targets: [Int32]
  let weights: [Double]

  /// - Parameters:
  ///   - targets: Which number each weight is added to.
  ///
  /// The caller vouches that nodes, features and weights that are named are there.
  package init(nodes: [Node], roots: [Int32], targets: [Int32], weights: [Double]) {
    (self.roots, self.targets, self.weights) = (roots, targets, weights)
    (begins, ends) = (nodes.map(\.weights.lowerBound), nodes.map(\.weights.upperBound))
    self.nodes = nodes.map {
      weft_tree_node64(
        threshold: $0.largest(Double.self), feature: $0.feature, next: $0.next, is_test: $0.isTest ? 1 : 0,
        takes_missing: $0.takesMissing ? 1 : 0)
    }
    narrowNodes = nodes.map {
      weft_tree_node(
        threshold: $0.largest(Float.self), feature: $0.feature, next: $0.next, is_test: $0.isTest ? 1 : 0,
        takes_missing: $0.takesMissing ? 1 : 0)
    }
  }

  /// The sums [rows, count] of float64 of what the leaves weigh that the rows of x [rows, features] come to.
  package func sums(of x: Tensor, count: Int) -> Tensor { x.backend.treeSums(self, x, count: count) }
}

extension DecisionForest.Node {
  /// The largest number of a type that passes the test; NaN, which is no bound of any, where none does.
  fileprivate func largest<Scalar: BinaryFloatingPoint>(_ type: Scalar.Type) -> Scalar {
    let nearest = Scalar(threshold)
    let isPassed = isStrict ? Double(nearest) < threshold : Double(nearest) <= threshold
    if isPassed || nearest.isNaN { return nearest }
    return nearest == -.infinity ? .nan : nearest.nextDown
  }
}
