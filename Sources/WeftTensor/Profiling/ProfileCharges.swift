/// Divides what was measured among entries, so that nothing counts twice.
///
/// An operation or a gradient rule is an entry of its own unless it ran inside another; a range and the walk over the
/// graph are charged with the rest of their time. What the walk runs itself (sums where gradients meet) stays with it.
struct ProfileCharges {
  private let tree: ProfileTree
  private(set) var entries: [Profile.Entry] = []

  init(_ tree: ProfileTree) {
    self.tree = tree
    _ = charge(childrenOf: 0, .forward)
  }

  /// Makes entries of what ran inside a range; returns what they took altogether.
  private mutating func charge(childrenOf parent: Int, _ phase: Profile.Phase) -> Profile.Usage {
    var charged = Profile.Usage()
    for place in tree.nodes[parent].children {
      let node = tree.nodes[place]
      charged.add(node.usage)
      switch node.work.kind {
      case .operation: entries.append(entry(place, phase))
      case .rule: entries.append(entry(place, .backward))
      case .range: chargeRest(of: place, charge(childrenOf: place, phase), .range)
      case .walk: chargeWalk(place)
      }
    }
    return charged
  }

  private mutating func chargeWalk(_ place: Int) {
    let own = tree.nodes[place].children.filter { tree.nodes[$0].work.kind == .operation }
    var charged = Profile.Usage()
    for child in tree.nodes[place].children where tree.nodes[child].work.kind != .operation {
      charged.add(tree.nodes[child].usage)
      switch tree.nodes[child].work.kind {
      case .range: chargeRest(of: child, charge(childrenOf: child, .backward), .range)
      case .walk: chargeWalk(child)
      case .rule, .operation: entries.append(entry(child, .backward))
      }
    }
    chargeRest(of: place, charged, .backward, inner: own.map { entry($0, .backward) })
  }

  private mutating func chargeRest(
    of place: Int, _ charged: Profile.Usage, _ phase: Profile.Phase, inner: [Profile.Entry] = []
  ) {
    let node = tree.nodes[place]
    var usage = node.usage
    usage.nanoseconds -= charged.nanoseconds
    usage.memory.allocations -= charged.memory.allocations
    usage.memory.systemAllocations -= charged.memory.systemAllocations
    usage.memory.systemBytes -= charged.memory.systemBytes
    usage.bytes = inner.reduce(0) { $0 + $1.usage.bytes }
    entries.append(
      Profile.Entry(name: node.work.name, modulePath: "", phase: phase, usage: usage, inner: inner))
  }

  /// An entry with all that ran inside. What an operation says of its own size is believed; a rule is as large as its
  /// operations.
  private func entry(_ place: Int, _ phase: Profile.Phase) -> Profile.Entry {
    let node = tree.nodes[place]
    let inner = node.children.map { entry($0, phase) }
    var usage = node.usage
    if node.work.kind != .operation { usage.bytes = inner.reduce(0) { $0 + $1.usage.bytes } }
    if usage.floatingPointOperations == nil {
      let known = inner.compactMap(\.usage.floatingPointOperations)
      usage.floatingPointOperations = known.isEmpty ? nil : known.reduce(0, +)
    }
    return Profile.Entry(
      name: node.work.name, modulePath: node.work.modulePath, phase: phase, usage: usage, inner: inner)
  }
}

extension Profile {
  /// What was measured.
  package init(
    _ tree: ProfileTree, duration: Int64, outside: Int64, elsewhere: Int64, events: [ProfileEvent], eventsLeftOut: Int
  ) {
    self.init(
      tree, charges: ProfileCharges(tree).entries, duration: duration, outside: outside, elsewhere: elsewhere,
      events: events, eventsLeftOut: eventsLeftOut)
  }
}
