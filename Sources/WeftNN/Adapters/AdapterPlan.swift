import WeftTensor

/// What an adapter would have parts in, found and checked before anything is changed.
struct AdapterPlan {
  /// A layer that is to be adapted.
  struct Part {
    let name: String
    let layer: any LowRankLayer

    /// The layer with a new product beside its weight: A begins as the settings say, B as zero; of tables the other way
    /// about. Lengths begin as the weight has them.
    func adapted(by lora: LoRA) throws(TensorError) -> AdaptedLayer {
      let rank = lora.rank(of: name)
      let shapes = try layer.lowRankShapes(rank)
      // The small matrices learn in float32 where the weight has fewer digits.
      let dtype: DType = layer.weight.spec.dtype == .float64 ? .float64 : .float32
      let lengths = lora.learnsMagnitude ? noGrad { layer.lengths(of: layer.weight.tensor.converted(to: dtype)) } : nil
      let extras = LowRankAdapter.Extras(
        hasBias: lora.hasBias, magnitude: lengths?.reshaped(to: layer.lengthShape))
      let adapter = LowRankAdapter(shapes, extras, scale: lora.scale(of: name), dropout: lora.dropout, dtype: dtype)
      if layer.beginsWithZeroA {
        adapter.b.value = Initializer.normal()(shapes.b)
      } else {
        let start: Initializer =
          lora.start == .even ? .uniform(fanIn: Fan(shapes.a).fanIn) : .normal(deviation: 1 / Double(rank))
        adapter.a.value = start(shapes.a)
      }
      adapter.train(layer.isTraining)
      return AdaptedLayer(name: name, layer: layer, adapter: adapter)
    }
  }

  private(set) var layers: [Part] = []
  private(set) var saved: [(name: String, module: Module)] = []

  /// - Throws: `TensorError` where nothing is named, or what cannot be adapted.
  init(_ lora: LoRA, for model: Module) throws(TensorError) {
    let outputs = Set((model as? any AdaptableModel)?.outputLayers.map { ObjectIdentifier($0) } ?? [])
    let modules = model.referenceNamedModules().filter { !($0.module is LowRankAdapter) }
    for (name, module) in modules where !name.isEmpty {
      let isInner = module is Linear && !outputs.contains(ObjectIdentifier(module))
      if lora.saves(name) {
        // What is inside one that is saved goes with it.
        if !saved.contains(where: { name.hasPrefix($0.name + ".") }) { saved.append((name, module)) }
      } else if lora.targets(name, isInnerLinear: isInner) {
        layers.append(Part(name: name, layer: try Self.adaptable(module, name, lora)))
      }
    }
    if layers.isEmpty { throw Self.nothing(named: lora.targets, in: modules.map(\.name)) }
    try check(lora, model)
  }

  private func check(_ lora: LoRA, _ model: Module) throws(TensorError) {
    // PEFT names those of several kinds of models, so that some are not there.
    if !lora.modulesToSave.isEmpty, saved.isEmpty {
      throw TensorError(
        .value, operation: "LoRA", expected: "modules to save that \(type(of: model)) has",
        got: lora.modulesToSave.joined(separator: ", "))
    }
    guard (model as? any AdaptableModel)?.keepsTransposedWeights ?? false else { return }
    // Adapters look the same either way; whole weights would have to be turned.
    for (name, module) in saved where module.namedModules().contains(where: { $0.module is Linear }) {
      let isOutput = (model as? any AdaptableModel)?.outputLayers.contains { $0 === module } ?? false
      if isOutput { continue }
      throw TensorError(
        .unsupported, operation: "LoRA", expected: "modules to save whose weights lie as in the library's files",
        got: "\"\(name)\", whose linear maps are transposed there", hint: "adapt it by `targets`")
    }
  }

  private static func adaptable(
    _ module: Module, _ name: String, _ lora: LoRA
  ) throws(TensorError) -> any LowRankLayer {
    if lora.hasBias, module is Embedding {
      throw TensorError(
        .unsupported, operation: "LoRA", expected: "targets other than tables beside `hasBias`",
        got: "\"\(name)\", an Embedding")
    }
    if let layer = module as? any LowRankLayer { return layer }
    throw TensorError(
      .unsupported, operation: "LoRA", expected: "targets that are linear maps, embeddings or convolutions",
      got: "\"\(name)\", a \(type(of: module))", hint: "name the layers inside it")
  }

  private static func nothing(named targets: AdapterTargets, in names: [String]) -> TensorError {
    let ends = Set(names.compactMap { $0.split(separator: ".").last.map(String.init) }.filter { Int($0) == nil })
    return TensorError(
      .value, operation: "LoRA", expected: "targets that the model has", got: "none of \(targets)",
      hint: "its modules' names end in \(ends.sorted().prefix(24).joined(separator: ", "))")
  }
}

extension Module {
  /// The modules inside, by the names that they have in the library that trained the model.
  func referenceNamedModules() -> [(name: String, module: Module)] {
    guard let model = self as? any AdaptableModel else { return namedModules() }
    return namedModules().map { (model.referenceName(ofModule: $0.name), $0.module) }
  }
}
