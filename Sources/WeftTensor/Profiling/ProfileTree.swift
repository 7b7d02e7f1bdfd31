/// What a span of time was spent on.
package struct ProfileWork: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// An operation's kernel.
    case operation
    /// An operation's gradient rule.
    case rule
    /// A walk over the graph.
    case walk
    /// What `profileRange` names.
    case range
  }

  let kind: Kind
  let name: String
  let modulePath: String

  package init(_ kind: Kind, _ name: String, _ modulePath: String = "") {
    self.kind = kind
    self.name = name
    self.modulePath = modulePath
  }

  static let walk = ProfileWork(.walk, "backward")
}

/// What was run inside what: one node for each kind of work under the same parent, with the sums over its spans.
package struct ProfileTree: Sendable {
  struct Node: Sendable {
    let work: ProfileWork
    var usage = Profile.Usage()
    /// In the order of their first spans.
    var children: [Int] = []
    fileprivate var places: [ProfileWork: Int] = [:]
  }

  package init() {}

  /// The first is the root: what was recorded.
  private(set) var nodes = [Node(work: ProfileWork(.range, "profile"))]

  package mutating func node(_ work: ProfileWork, in parent: Int) -> Int {
    if let place = nodes[parent].places[work] { return place }
    nodes[parent].places[work] = nodes.count
    nodes[parent].children.append(nodes.count)
    nodes.append(Node(work: work))
    return nodes.count - 1
  }

  package mutating func add(_ usage: Profile.Usage, to node: Int) { nodes[node].usage.add(usage) }
}

/// One span, for the trace.
package struct ProfileEvent: Sendable {
  let node: Int
  let thread: Int
  let start: Int64
  let nanoseconds: Int64
  let bytes: Int
  let floatingPointOperations: Int?
  /// Bytes that tensors held at its end.
  let live: Int

  init(node: Int, thread: Int, start: Int64, _ usage: Profile.Usage, live: Int) {
    self.node = node
    self.thread = thread
    self.start = start
    self.live = live
    nanoseconds = usage.nanoseconds
    bytes = usage.bytes
    floatingPointOperations = usage.floatingPointOperations
  }
}
