import Synchronization

/// What gives back, when a gradient rule asks, what nodes did not keep: a checkpoint.
protocol Recomputation: AnyObject, Sendable {
  /// Whether it runs its operations for another time.
  var isRecomputing: Bool { get }
  /// Takes note of what a node would keep.
  /// - Returns: The node's place if nothing is kept now; nil if the node keeps it.
  func register(_ kept: Node.Kept) -> Int?
  /// What the node at `place` did not keep.
  func saves(at place: Int) throws(TensorError) -> Node.Kept
  /// Lets go of what the node at `place` would read.
  func free(_ place: Int)
}

/// One recorded operation, or a leaf: the graph's vertex. Edges point toward the inputs, so a loss holds its graph and
/// letting go of the loss frees it.
///
/// Note: Graph references. Saved tensors are kept without history; it is put back from `edges` when a rule asks for
/// them. So `edges` are the graph's only references, outputs form no cycle, and `deinit` can free a chain of any length
/// without recursion.
package final class Node: GraphVertex, @unchecked Sendable {
  // Unchecked: what changes is under `state`'s lock, but for `edges`, which only the last holder takes away.

  /// Creation number: an operation's inputs were always created before it.
  let id: UInt64
  /// Nil for a leaf.
  let operation: (any TensorOperation)?
  @exclusivity(unchecked) private(set) var edges: [GradientSource?]
  let inputSpecs: [TensorSpec]
  let outputSpecs: [TensorSpec]
  let modulePath: String
  /// Why inputs that once had a history have none.
  let blockages: [Blockage]
  /// The checkpoint that gives back what this node did not keep, and the node's place in it.
  private let recomputation: (region: any Recomputation, place: Int)?
  let state: Guarded<State>

  /// What a gradient rule will read.
  struct Kept {
    var inputs: [Tensor?]
    var outputs: [Tensor?]
  }

  struct State {
    var savedInputs: [Tensor?] = []
    var savedOutputs: [Tensor?] = []
    var freed: Freed?
    var hooks: HookList?
    /// A leaf's accumulated gradient, or one that `retainGrad` asked for, by output.
    var gradients = Gradients()
    var retained: Set<Int> = []
  }

  /// A tensor for each of some outputs. Nearly always there is one output, whose place is kept ready.
  struct Gradients {
    private var first: Tensor?
    private var others: [Int: Tensor] = [:]

    subscript(index: Int) -> Tensor? {
      get { index == 0 ? first : others[index] }
      set { if index == 0 { first = newValue } else { others[index] = newValue } }
    }
  }

  /// What a backward pass left behind when it let go of what was saved.
  struct Freed {
    var location: CallSite
    /// The newest node when the pass began.
    var newest: UInt64
    /// Whether anything was saved, so that no further pass can go through.
    var isBarrier: Bool
  }

  private static let created = Atomic<UInt64>(0)
  private static let alive = Atomic<Int>(0)

  /// The creation number of the newest node.
  static var newest: UInt64 { created.load(ordering: .relaxed) }

  /// The number of graph nodes in existence, leaves included.
  package static var liveCount: Int { alive.load(ordering: .relaxed) }

  init(
    _ operation: any TensorOperation, inputs: [Tensor], inputSpecs: [TensorSpec], outputs: [Tensor],
    outputSpecs: [TensorSpec], modulePath: String, checkpoint: (any Recomputation)?
  ) {
    let saves = operation.saves(needs: inputs.map { $0.source != nil })
    id = Self.nextID()
    self.operation = operation
    edges = inputs.map(\.source)
    self.inputSpecs = inputSpecs
    self.outputSpecs = outputSpecs
    self.modulePath = modulePath
    blockages = inputs.compactMap(\.blockage)
    let kept = Kept(inputs: saves.inputs(of: inputs), outputs: saves.outputs(of: outputs))
    recomputation = checkpoint.flatMap { region in region.register(kept).map { (region, $0) } }
    state = Guarded(
      recomputation == nil ? State(savedInputs: kept.inputs, savedOutputs: kept.outputs) : State())
  }

  /// A leaf for a tensor of this kind.
  init(leaf spec: TensorSpec) {
    id = Self.nextID()
    operation = nil
    edges = []
    inputSpecs = []
    outputSpecs = [spec]
    modulePath = ""
    blockages = []
    recomputation = nil
    state = Guarded(State())
  }

  private static func nextID() -> UInt64 {
    alive.wrappingAdd(1, ordering: .relaxed)
    return created.wrappingAdd(1, ordering: .relaxed).newValue
  }

  var isLeaf: Bool { operation == nil }
  /// Whether any tensor is still held for the gradient rule.
  package var holdsSaved: Bool {
    state.withLock { ($0.savedInputs + $0.savedOutputs).contains { $0 != nil } }
  }
  /// The operation's name.
  var name: String { operation.map { type(of: $0).name } ?? "leaf" }

  /// Frees a chain of nodes by a loop: each node that nobody else holds hands over its edges before it goes.
  deinit {
    Self.alive.wrappingSubtract(1, ordering: .relaxed)
    var waiting = takeEdges()
    while var node = waiting.popLast() {
      if isKnownUniquelyReferenced(&node) { waiting.append(contentsOf: node.takeEdges()) }
    }
  }

  private func takeEdges() -> [Node] {
    defer { edges = [] }
    return edges.compactMap { $0?.node }
  }
}

extension Node {
  /// The pass that let go of what was saved, so that no other can go through here.
  var barrier: Freed? {
    state.withLock { state in
      guard let freed = state.freed, freed.isBarrier else { return nil }
      return freed
    }
  }

  /// Whether somebody sees, or keeps, the gradients that pass.
  var isObserved: Bool { state.withLock { $0.hooks != nil || !$0.retained.isEmpty } }

  /// What was saved, connected to the graph again.
  /// - Throws: what fails when a checkpoint runs its operations again.
  func saved() throws(TensorError) -> Saved {
    var (inputs, outputs) = state.withLock { ($0.savedInputs, $0.savedOutputs) }
    if let recomputation {
      let saves = try recomputation.region.saves(at: recomputation.place)
      (inputs, outputs) = (saves.inputs, saves.outputs)
    }
    for index in inputs.indices { inputs[index]?.source = edges[index] }
    for index in outputs.indices where outputs[index]?.dtype.isFloatingPoint == true {  // not the positions of a sort
      outputs[index]?.source = GradientSource(node: self, index: index)
    }
    return Saved(inputs: inputs, outputs: outputs, inputSpecs: inputSpecs, outputSpecs: outputSpecs)
  }

  /// Lets go of what was saved; a later pass through here fails if anything was.
  func freeSaved(at location: CallSite, newest: UInt64) {
    // Dropped outside the lock: freeing memory takes locks of its own.
    let dropped = state.withLock { state -> ([Tensor?], [Tensor?]) in
      let saved = (state.savedInputs, state.savedOutputs)
      let isBarrier = recomputation != nil || saved.0.contains { $0 != nil } || saved.1.contains { $0 != nil }
      state.freed = state.freed ?? Freed(location: location, newest: newest, isBarrier: isBarrier)
      state.savedInputs = []
      state.savedOutputs = []
      return saved
    }
    _ = dropped
    if let recomputation { recomputation.region.free(recomputation.place) }
  }
}

extension Saves {
  /// The inputs to keep, without history; empty where none is.
  fileprivate func inputs(of tensors: [Tensor]) -> [Tensor?] {
    guard !isDisjoint(with: .inputs) else { return [] }
    return tensors.indices.map { contains(.input($0)) ? tensors[$0].with(source: nil) : nil }
  }

  /// The outputs to keep; empty where none is.
  fileprivate func outputs(of tensors: [Tensor]) -> [Tensor?] {
    guard !isDisjoint(with: .outputs) else { return [] }
    return tensors.indices.map { contains(.output($0)) ? tensors[$0] : nil }
  }
}

extension GradientSource {
  package init(node: Node, index: Int) { self.init(vertex: node, index: index) }

  /// The vertex: there are no others than nodes.
  package var node: Node { unsafeDowncast(vertex, to: Node.self) }
}
