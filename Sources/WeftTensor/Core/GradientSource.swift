/// Where a tensor's gradient goes: output `index` of a recorded operation, or a leaf.
package struct GradientSource: Sendable {
  let vertex: GraphVertex
  package let index: Int
}

/// A vertex of the recorded graph, as tensors know it: they keep their history, and need not know what one is. It is a
/// `Node`, which knows of operations and tensors; `GradientSource.node` gives it back.
package class GraphVertex: @unchecked Sendable {
  init() {}
}
