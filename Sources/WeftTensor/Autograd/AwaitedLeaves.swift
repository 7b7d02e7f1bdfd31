/// The leaves of a graph whose final gradients somebody waits for (`registerFinalGradientHook`).
///
/// A pass goes from new nodes to old ones, and a model's parameters are older than all that is computed with them: their
/// turn would come at the very end. Who sends gradients to other machines wants each as early as it can be had, so these
/// leaves are visited right after the last operation that used them.
struct AwaitedLeaves {
  /// How many uses of each leaf the pass has not come by.
  private var uses: [ObjectIdentifier: Int] = [:]

  /// - Parameter graph: All nodes that the pass may come by.
  init(in graph: some Sequence<Node>) {
    for node in graph { for leaf in Self.leaves(of: node) { count(leaf) } }
  }

  private mutating func count(_ leaf: Node) { uses[ObjectIdentifier(leaf), default: 0] += 1 }

  /// The leaves whose gradients are complete now that `node` was visited. One with a use that no gradient comes by is
  /// never among them: it has its turn at the end.
  mutating func final(after node: Node) -> [Node] {
    var final: [Node] = []
    for leaf in Self.leaves(of: node) {
      guard let left = uses[ObjectIdentifier(leaf)] else { continue }
      uses[ObjectIdentifier(leaf)] = left - 1
      if left == 1 { final.append(leaf) }
    }
    return final
  }

  /// Each as often as the node uses it.
  private static func leaves(of node: Node) -> [Node] {
    node.edges.compactMap { edge in
      guard let leaf = edge?.node, leaf.isLeaf, leaf.isAwaited else { return nil }
      return leaf
    }
  }
}
