import Synchronization

/// Where a tensor's gradient goes: output `index` of a recorded operation, or a leaf.
package struct GradientSource: Sendable {
  package let node: Node
  package let index: Int
}

/// One recorded operation, or a leaf: the graph's vertex. Edges point toward the inputs, so a loss holds its graph and
/// letting go of the loss frees it.
///
/// Note: Graph references. Saved tensors are kept without history; it is put back from `edges` when a rule asks for
/// them. So `edges` are the graph's only references, outputs form no cycle, and `deinit` can free a chain of any length
/// without recursion.
package final class Node: @unchecked Sendable {
  // Unchecked: what changes is under `state`'s lock, but for `edges`, which only the last holder takes away.

  /// Creation number: an operation's inputs were always created before it.
  let id: UInt64
  /// Nil for a leaf.
  let operation: (any Operation)?
  private(set) var edges: [GradientSource?]
  let inputSpecs: [TensorSpec]
  let outputSpecs: [TensorSpec]
  let modulePath: String
  /// Why inputs that once had a history have none.
  let blockages: [Blockage]
  /// The checkpoint that gives back what this node did not keep, and the node's place in it.
  private let recomputation: (region: CheckpointRegion, place: Int)?
  let state: Mutex<State>

  struct State {
    var savedInputs: [Tensor?] = []
    var savedOutputs: [Tensor?] = []
    var freed: Freed?
    var hooks: [Int: [GradientHook]] = [:]
    /// A leaf's accumulated gradient, or one that `retainGrad` asked for.
    var gradients: [Int: Tensor] = [:]
    var retained: Set<Int> = []
    var finalHooks: [@Sendable (Tensor) -> Void] = []
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
    _ operation: any Operation, inputs: [Tensor], outputs: [Tensor], specs: [TensorSpec], modulePath: String
  ) {
    let needs = inputs.map(\.requiresGrad)
    let saves = operation.saves(needs: needs)
    id = Self.nextID()
    self.operation = operation
    edges = inputs.map { $0.requiresGrad ? $0.source : nil }
    inputSpecs = inputs.map(\.spec)
    outputSpecs = specs
    self.modulePath = modulePath
    blockages = inputs.compactMap(\.blockage)
    let kept = CheckpointRegion.Saves(
      inputs: inputs.indices.map { saves.contains(.input($0)) ? inputs[$0].with(source: nil) : nil },
      outputs: outputs.indices.map { saves.contains(.output($0)) ? outputs[$0] : nil })
    let region = Modes.current.checkpoint
    recomputation = region.flatMap { region in region.register(kept).map { (region, $0) } }
    state = Mutex(
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
    state = Mutex(State())
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
  var barrier: Freed? { state.withLock { $0.freed }.flatMap { $0.isBarrier ? $0 : nil } }

  /// What was saved, connected to the graph again.
  /// - Throws: what fails when a checkpoint runs its operations again.
  func saved() throws(TensorError) -> Saved {
    var (inputs, outputs) = state.withLock { ($0.savedInputs, $0.savedOutputs) }
    if let recomputation {
      let saves = try recomputation.region.saves(at: recomputation.place)
      (inputs, outputs) = (saves.inputs, saves.outputs)
    }
    return Saved(
      inputs: inputs.enumerated().map { index, tensor in tensor?.with(source: edges[index]) },
      outputs: outputs.enumerated().map { index, tensor in
        let isRecorded = tensor?.dtype.isFloatingPoint ?? false  // not the positions a sort gives
        return tensor?.with(source: isRecorded ? GradientSource(node: self, index: index) : nil)
      },
      inputSpecs: inputSpecs, outputSpecs: outputSpecs)
  }

  /// Lets go of what was saved; a later pass through here fails if anything was.
  func freeSaved(at location: CallSite, newest: UInt64) {
    // Dropped outside the lock: freeing memory takes locks of its own.
    let dropped = state.withLock { state -> ([Tensor?], [Tensor?]) in
      let saved = (state.savedInputs, state.savedOutputs)
      let isBarrier = recomputation != nil || (saved.0 + saved.1).contains { $0 != nil }
      state.freed = state.freed ?? Freed(location: location, newest: newest, isBarrier: isBarrier)
      state.savedInputs = []
      state.savedOutputs = []
      return saved
    }
    _ = dropped
    if let recomputation { recomputation.region.free(recomputation.place) }
  }
}

extension Tensor {
  func with(source: GradientSource?) -> Tensor {
    var tensor = self
    tensor.source = source
    return tensor
  }
}
