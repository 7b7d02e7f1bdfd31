import Synchronization

/// One recorded operation, or a leaf: the graph's vertex. Edges point toward the inputs, so a loss holds its graph.
/// In Weft: `Core/Node.swift`, which frees a chain of a million nodes by a loop, and what was saved after its use.
final class Node {
  private static let created = Atomic(0)
  /// Creation number: an operation's inputs were always created before it.
  let id = Node.created.wrappingAdd(1, ordering: .relaxed).newValue
  let (edges, shape): ([Node?], [Int])
  /// Nil for a leaf. What is kept has no history, or result and node would hold each other: `edges` remember it.
  private let kept: (operation: any TensorOperation, saved: Saved)?
  /// A leaf's accumulated gradient.
  var gradient: Tensor?

  init(leaf shape: [Int]) { (edges, self.shape, kept) = ([], shape, nil) }
  init(_ operation: any TensorOperation, edges: [Node?], saved: Saved) {
    (self.edges, shape, kept) = (edges, saved.output.shape, (operation, saved))
  }

  /// What was kept, connected to the graph again, so that the gradient of a gradient finds its way.
  var recorded: (operation: any TensorOperation, saved: Saved)? {
    kept.map { operation, saved in
      let inputs = zip(saved.inputs, edges).map { $0.with(source: $1) }
      return (operation, Saved(inputs: inputs, output: saved.output.with(source: self)))
    }
  }
}
