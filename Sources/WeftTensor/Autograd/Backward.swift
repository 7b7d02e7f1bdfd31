import Synchronization

/// One backward pass: the only code that walks the graph.
///
/// Nodes are visited in descending creation number, so each is reached after everything that used its outputs. Each
/// rule is asked only for gradients somebody needs; contributions meet in `pending`; what was saved is dropped at once.
struct BackwardPass {
  /// Keep what the graph saved, for another pass.
  var retainGraph: Bool
  /// Record the rules themselves, so that gradients have gradients.
  var createGraph: Bool
  /// Add to the `grad` of the leaves reached.
  var accumulates: Bool
  /// Where the program asked for the pass.
  var location: CallSite

  private var roots: [GradientSource] = []
  /// Whether an earlier pass began at the same place.
  private var wentBefore = false
  private let newest = Node.newest
  private var pending: [ObjectIdentifier: [Tensor?]] = [:]
  /// Second gradients of half precision, until it is known whether there is a third.
  private var seconds: [SumKey: Tensor] = [:]
  private var queue = NodeQueue()
  private var awaited: AwaitedLeaves?
  /// The nodes on a path to a wanted tensor; nil where all are.
  private var needed: Set<ObjectIdentifier>?
  private var wanted: [ObjectIdentifier: [Int: Tensor]] = [:]
  /// The modes that the pass runs under, and those under which the last rule ran.
  private var modes: Modes
  private var modesOfLastModule: Modes?

  init(retainGraph: Bool, createGraph: Bool, accumulates: Bool, location: CallSite) {
    self.retainGraph = retainGraph
    self.createGraph = createGraph
    self.accumulates = accumulates
    self.location = location
    modes = Modes.current
  }

  /// Sends `seeds` back from `roots`.
  /// - Returns: for each of `wanted`, its gradient; nil where no path leads to it.
  mutating func run(
    from roots: [GradientSource], seeds: [Tensor], wanted sources: [GradientSource] = []
  ) throws(TensorError) -> [Tensor?] {
    self.roots = roots
    pending.reserveCapacity(16)
    modes = Modes.current
    modes.autocast?.forget()
    wentBefore = roots.contains { $0.node.state.withLock { $0.freed != nil } }
    if !accumulates { needed = NodeQueue.nodes(under: roots, leadingTo: sources) }
    if accumulates, HookList.areAwaited { awaited = AwaitedLeaves(in: NodeQueue.nodes(under: roots).values) }
    for source in sources { wanted[ObjectIdentifier(source.node), default: [:]][source.index] = .some(.invalid) }
    modes.profiler?.beginWalk()
    defer { modes.profiler?.endSpan() }
    for (root, seed) in zip(roots, seeds) { send(seed, to: root) }
    while let node = queue.popNewest() { try visit(node) }
    return sources.map { source in
      guard let found = wanted[ObjectIdentifier(source.node)]?[source.index], !found.isInvalid else { return nil }
      return found
    }
  }

  private mutating func visit(_ node: Node) throws(TensorError) {
    guard var arrived = pending.removeValue(forKey: ObjectIdentifier(node)) else { return }
    settle(&arrived, at: node)
    let gradients = try finish(arrived, at: node)
    guard let operation = node.operation else {
      if accumulates, let gradient = gradients[0] {
        node.accumulate(createGraph ? connected(gradient, node) : gradient, toldTo: modes.recorder)
      }
      return
    }
    let needs = node.edges.map { edge in edge != nil && (needed == nil || isNeeded(edge?.node)) }
    guard needs.contains(true) else { return }
    if let freed = node.barrier {
      let cause = wentBefore ? .sameOutput : NodeQueue.reuse(from: roots, freed)
      throw .graphFreed(node, freed, cause: cause, at: location)
    }
    let saved = try node.saved()
    let profiler = modes.profiler
    let inputGradients = withModes(of: node) {
      profiler?.rule(operation, gradients, saved, needs: needs, in: node.modulePath)
        ?? operation.backward(gradients, saved, needs: needs)
    }
    if modes.detectsAnomalies { try checkFinite(inputGradients, from: node, saved) }
    if !retainGraph { node.freeSaved(at: location, newest: newest) }
    try send(inputGradients, from: node, needs)
    for leaf in awaited?.final(after: node) ?? [] { try visit(leaf) }
  }

  /// Sends what a rule gave along the node's edges.
  private mutating func send(_ gradients: [Tensor?], from node: Node, _ needs: [Bool]) throws(TensorError) {
    guard gradients.count == node.edges.count else {
      throw .wrongGradients(
        of: node, expected: "\(node.edges.count) gradients, one for each input", "\(gradients.count)")
    }
    for (index, edge) in node.edges.enumerated() where needs[index] {
      guard let edge, let gradient = gradients[index] else { continue }
      // Of an operation that failed inside `withTensorErrors`: the error is known, and leaves stay as they are.
      if gradient.isInvalid { continue }
      send(try fit(gradient, to: edge.node.outputSpecs[edge.index], from: node, input: index), to: edge)
    }
  }

  /// Runs a node's rule: messages name the module that recorded the node, and what the rule gives is checked for values
  /// that are not finite by the pass, under the operation's name.
  private mutating func withModes<Result>(of node: Node, _ rule: () -> Result) -> Result {
    let isPlain = !modes.detectsAnomalies && modes.autocast == nil
    if isPlain && modes.modulePath == node.modulePath { return rule() }
    let inModule: Modes
    if let last = modesOfLastModule, last.modulePath == node.modulePath {
      inModule = last
    } else {
      inModule = modes.with {
        $0.modulePath = node.modulePath
        $0.detectsAnomalies = false
        $0.autocast = nil
      }
      modesOfLastModule = inModule
    }
    return Modes.$current.withValue(inModule, operation: rule)
  }

  /// Adds to what has arrived at a tensor.
  private mutating func send(_ gradient: Tensor, to source: GradientSource) {
    guard isNeeded(source.node) else { return }
    let key = ObjectIdentifier(source.node)
    if let place = pending.index(forKey: key) {
      if gradient.dtype.isHalf { return addHalf(gradient, to: source, at: place) }
      add(gradient, to: &pending.values[place][source.index])
    } else {
      var arrived: [Tensor?] = Array(repeating: nil, count: source.node.outputSpecs.count)
      arrived[source.index] = gradient
      pending[key] = arrived
      queue.insert(source.node)
    }
  }

  /// Into the sum's own memory where nobody else sees it and no graph must remember it.
  private func add(_ gradient: Tensor, to sum: inout Tensor?) {
    guard var total = sum.take() else { return sum = gradient }
    if !createGraph && !modes.detectsAnomalies && modes.recorder == nil && total.add(gradient) { return sum = total }
    sum = total + gradient
  }

  /// A sum of more than two gradients of half precision is kept in float32, and rounded once.
  private mutating func addHalf(
    _ gradient: Tensor, to source: GradientSource, at place: Dictionary<ObjectIdentifier, [Tensor?]>.Index
  ) {
    let key = SumKey(node: ObjectIdentifier(source.node), index: source.index)
    guard let first = pending.values[place][source.index] else {
      pending.values[place][source.index] = gradient
      return
    }
    if first.dtype.isHalf {
      guard let second = seconds.removeValue(forKey: key) else { return seconds[key] = gradient }
      pending.values[place][source.index] = first.converted(to: .float32)
      add(second.converted(to: .float32), to: &pending.values[place][source.index])
    }
    add(gradient.converted(to: .float32), to: &pending.values[place][source.index])
  }

  /// Brings sums of half precision to their end.
  private mutating func settle(_ arrived: inout [Tensor?], at node: Node) {
    for index in arrived.indices where node.outputSpecs[index].dtype.isHalf {
      let key = SumKey(node: ObjectIdentifier(node), index: index)
      if !seconds.isEmpty, let second = seconds.removeValue(forKey: key) { add(second, to: &arrived[index]) }
      if let sum = arrived[index], sum.dtype == .float32 {
        arrived[index] = sum.converted(to: node.outputSpecs[index].dtype)
      }
    }
  }

  private struct SumKey: Hashable {
    let node: ObjectIdentifier
    let index: Int
  }

  private func isNeeded(_ node: Node?) -> Bool {
    guard let needed, let node else { return true }
    return needed.contains(ObjectIdentifier(node))
  }

  /// Complete gradients of a node's outputs: hooks see them, those who asked for them keep them.
  private mutating func finish(_ arrived: [Tensor?], at node: Node) throws(TensorError) -> [Tensor?] {
    guard wanted[ObjectIdentifier(node)] != nil || node.isObserved else { return arrived }
    var gradients = arrived
    try node.runHooks(on: &gradients)
    let retained = node.state.withLock { $0.retained }
    if accumulates { for index in retained { node.setGradient(gradients[index], at: index) } }
    for index in wanted[ObjectIdentifier(node)]?.keys.map({ $0 }) ?? [] {
      wanted[ObjectIdentifier(node)]?[index] = gradients[index]
    }
    return gradients
  }

  /// Undoes broadcasting and conversion: rules never mention them.
  private func fit(
    _ gradient: Tensor, to spec: TensorSpec, from node: Node, input: Int
  ) throws(TensorError) -> Tensor {
    if gradient.shape != spec.shape, Shape.broadcast(gradient.shape, spec.shape) == nil {
      throw .wrongGradients(
        of: node, expected: "a gradient of input \(input) that broadcasts with its shape \(spec.shape)",
        "\(gradient.shape)")
    }
    let summed = gradient.shape == spec.shape ? gradient : gradient.fitted(to: spec.shape, dtype: spec.dtype)
    return summed.dtype == spec.dtype ? summed : summed.converted(to: spec.dtype)
  }

  /// A leaf's gradient that is the same wherever the leaf is, as one whose own derivative by the leaf is 0.
  private func connected(_ gradient: Tensor, _ leaf: Node) -> Tensor {
    guard gradient.source == nil, gradient.isPlain else { return gradient }
    let spec = leaf.outputSpecs[0]
    let place = Tensor(zeros: [], dtype: spec.dtype).expanded(to: spec.shape)
    return gradient.connected(to: place.with(source: GradientSource(node: leaf, index: 0)))
  }
}

/// Nodes waiting for their turn, newest first: a binary heap.
struct NodeQueue {
  private var heap: [Node] = []

  mutating func insert(_ node: Node) {
    heap.append(node)
    var child = heap.count - 1
    while child > 0, heap[(child - 1) / 2].id < heap[child].id {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popNewest() -> Node? {
    guard !heap.isEmpty else { return nil }
    heap.swapAt(0, heap.count - 1)
    let newest = heap.removeLast()
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].id > heap[largest].id {
        largest = child
      }
      if largest == parent { return newest }
      heap.swapAt(parent, largest)
      parent = largest
    }
  }

  /// All nodes reachable from `roots`.
  static func nodes(under roots: [GradientSource]) -> [ObjectIdentifier: Node] {
    var reached: [ObjectIdentifier: Node] = [:]
    var waiting = roots.map(\.node)
    while let node = waiting.popLast() {
      if reached.updateValue(node, forKey: ObjectIdentifier(node)) != nil { continue }
      for edge in node.edges {
        if let next = edge?.node, reached[ObjectIdentifier(next)] == nil { waiting.append(next) }
      }
    }
    return reached
  }

  /// The nodes reachable from `roots` from which one of `sources` can be reached.
  static func nodes(under roots: [GradientSource], leadingTo sources: [GradientSource]) -> Set<ObjectIdentifier> {
    let reached = nodes(under: roots)
    // Oldest first: a node's inputs are decided before the node.
    var needed = Set(sources.map { ObjectIdentifier($0.node) })
    for node in reached.values.sorted(by: { $0.id < $1.id })
    where node.edges.contains(where: { $0.map { needed.contains(ObjectIdentifier($0.node)) } ?? false }) {
      needed.insert(ObjectIdentifier(node))
    }
    return needed
  }

  /// Where the graph under `roots` was cut off from tensors that required a gradient.
  static func blockages(under targets: [Tensor]) -> [Blockage] {
    nodes(under: targets.compactMap(\.source)).values.flatMap(\.blockages)
  }

  /// How the program came back to what an earlier pass freed.
  static func reuse(from roots: [GradientSource], _ freed: Node.Freed) -> GraphReuse {
    let later = nodes(under: roots).values.filter { $0.id > freed.newest }.sorted { $0.id < $1.id }
    for node in later {
      let carried = node.edges.compactMap { $0?.node }.first { $0.id <= freed.newest && !$0.isLeaf }
      if let carried { return .carriedOver(carried, into: node) }
    }
    return .sharedPart
  }
}
