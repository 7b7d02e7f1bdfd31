import WeftTensor

/// The adapters of a model: small matrices beside its weights that learn in their place. The model stays the class it is,
/// with the modules and the names it has; what it learned before is frozen.
///
/// ```swift
/// let adapters = try Adapters(model, LoRA(rank: 8, alpha: 16, targets: ["query", "value"]))
/// let optimizer = AdamW(adapters.parameters, learningRate: 1e-3)
/// ...
/// adapters.disabled { model(x) }                         // as it was
/// try adapters.merge()                                   // a pass costs again what it did
/// ```
/// A model may have several by name, of which those that are active count. It keeps them when this object is gone. No other
/// thread may call the model while they change.
public final class Adapters {
  /// The model that is adapted.
  public let model: Module
  private(set) var adapters: [(name: String, adapter: Adapter)] = []
  /// What was frozen, and what learned before.
  private var learned: [(parameter: Parameter, requiresGrad: Bool)] = []
  /// The weights as they were before adapters were merged into them.
  var unmerged: [(parameter: Parameter, value: Tensor)] = []
  let savedModules: SavedModules

  /// One adapter.
  struct Adapter {
    let lora: LoRA
    let layers: [AdaptedLayer]
    /// The modules that are saved as a whole, by name.
    let saved: [(name: String, module: Module)]
  }

  /// The adapters of a model that has none.
  ///
  /// - Throws: `TensorError` for a model that has adapters.
  public init(_ model: Module) throws(TensorError) {
    self.model = model
    savedModules = SavedModules()
    if model.namedModules().contains(where: { $0.module is LowRankAdapter }) {
      throw TensorError(
        .value, operation: "Adapters", expected: "a model without adapters", got: "one that has some",
        hint: "keep the `Adapters` that added them, and add to it")
    }
  }

  /// The adapters of a model, the first of them.
  ///
  /// - Throws: As `init(_:)` and `add(_:named:)`.
  public convenience init(_ model: Module, _ lora: LoRA, named name: String = "default") throws(TensorError) {
    try self.init(model)
    try add(lora, named: name)
  }

  /// The adapters' names, in the order in which they were added.
  public var names: [String] { adapters.map(\.name) }
  /// The names of the adapters that count.
  public private(set) var active: [String] = []
  /// Whether the active adapters are part of the weights at present.
  public var isMerged: Bool { !unmerged.isEmpty }

  /// What learns: the matrices of the active adapters, and modules that are saved as a whole.
  public var parameters: [Parameter] { model.parameters().filter(\.requiresGrad) }

  /// The settings of an adapter; nil where there is none of this name.
  public func settings(of name: String) -> LoRA? { self[name]?.lora }

  /// The names of the layers that an adapter has a part in, as the reference library calls them.
  public func layers(of name: String) -> [String] { self[name]?.layers.map(\.name) ?? [] }

  subscript(name: String) -> Adapter? { adapters.first { $0.name == name }?.adapter }
}

extension Adapters {
  /// Adds an adapter, which is the active one from now on. It changes nothing yet that the model says.
  ///
  /// An optimizer keeps the parameters it was made with: make it after this.
  /// - Throws: `TensorError` where `targets` names no layer, or a module that cannot be adapted; for a name that is taken or
  ///   cannot be a part of one. Then nothing is changed.
  public func add(_ lora: LoRA, named name: String = "default") throws(TensorError) {
    try lora.check()
    try check(name)
    let plan = try AdapterPlan(lora, for: model)
    var layers: [AdaptedLayer] = []
    for part in plan.layers { layers.append(try part.adapted(by: lora)) }
    unmerge()
    if adapters.isEmpty { freeze() }
    for part in layers { part.layer.add(part.adapter, named: "lora.\(name)") }
    savedModules.keep(plan.saved.map(\.module))
    adapters.append((name, Adapter(lora: lora, layers: layers, saved: plan.saved)))
    model.membersChanged()
    activateKnown([name])
  }

  /// Has the adapters of these names count, added up, and no others; with none the model is what it was. Where lengths
  /// learn, what was added to a layer before is stretched with it, in the order in which the adapters were added.
  ///
  /// Where several save modules as a whole, those of the last are in place. What was merged is so no longer.
  /// - Throws: `TensorError` for a name that is not there.
  public func activate(_ names: [String]) throws(TensorError) {
    for name in names where self[name] == nil { throw unknown(name) }
    unmerge()
    var seen: Set<String> = []
    activateKnown(names.filter { seen.insert($0).inserted })
  }

  /// Has the adapter of this name count, and no other.
  ///
  /// - Throws: `TensorError` for a name that is not there.
  public func activate(_ name: String) throws(TensorError) { try activate([name]) }

  private func activateKnown(_ names: [String]) {
    active = names
    for (name, adapter) in adapters {
      for part in adapter.layers { part.adapter.activate(names.contains(name)) }
    }
    let last = names.last { !(self[$0]?.saved.isEmpty ?? true) }
    savedModules.place(last, self[last ?? ""]?.saved.map(\.module) ?? [])
  }

  /// Takes an adapter away. With the last one the model is what it was, and what learned before learns again.
  ///
  /// - Throws: `TensorError` for a name that is not there.
  public func remove(_ name: String) throws(TensorError) {
    guard let adapter = self[name] else { throw unknown(name) }
    unmerge()
    activateKnown(active.filter { $0 != name })
    for part in adapter.layers { part.layer.add(nil, named: "lora.\(name)") }
    savedModules.forget(name)
    adapters.removeAll { $0.name == name }
    if adapters.isEmpty { thaw() }
    model.membersChanged()
  }

  /// Runs `body` with the model as it was before it was adapted; what other threads see does not change.
  public func disabled<Result>(_ body: () throws -> Result) rethrows -> Result {
    var substitutes = Modes.current.substitutes ?? [:]
    for (parameter, value) in unmerged + savedModules.originals { substitutes[ObjectIdentifier(parameter)] = value }
    for part in adapters.flatMap(\.adapter.layers) { substitutes[ObjectIdentifier(part.adapter)] = Tensor(0) }
    return try Modes.with({ $0.substitutes = substitutes }, body)
  }
}

extension Adapters {
  private func check(_ name: String) throws(TensorError) {
    func refuse(_ expected: String) -> TensorError {
      TensorError(.value, operation: "Adapters.add", expected: expected, got: "\"\(name)\"")
    }
    if self[name] != nil { throw refuse("a name that no adapter has") }
    if name.isEmpty || name.contains(".") || name.contains("/") { throw refuse("a name without dots and slashes") }
  }

  func unknown(_ name: String) -> TensorError {
    let known = names.isEmpty ? "a name once there are adapters" : "one of \(names.joined(separator: ", "))"
    return TensorError(.value, operation: "Adapters", expected: known, got: "\"\(name)\"")
  }

  private func freeze() {
    learned = model.parameters().map { ($0, $0.requiresGrad) }
    model.freeze()
  }

  private func thaw() {
    for (parameter, requiresGrad) in learned { parameter.requiresGrad = requiresGrad }
    learned = []
  }

  /// Forgets all adapters, and leaves the weights as they are now.
  func forgetAll() {
    for (name, adapter) in adapters {
      for part in adapter.layers { part.layer.add(nil, named: "lora.\(name)") }
    }
    (adapters, active, unmerged) = ([], [], [])
    savedModules.forgetAll()
    thaw()
    model.membersChanged()
  }
}
