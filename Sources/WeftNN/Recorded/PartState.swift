import WeftTensor

/// What a step finds in its parts beside tensors, and what it does depends on: everything that modules store, and what
/// parameters, buffers and optimizers are.
struct PartState {
  private let stored: [(name: String, bytes: StoredBytes)]
  private let parameters: [(parameter: Parameter, traits: Parameter.Traits, hasGradient: Bool)]
  private let buffers: [(buffer: Buffer, spec: TensorSpec)]
  private let optimizers: [(optimizer: Optimizer, parameterCount: Int)]

  init(of parts: TrainingParts) {
    stored = parts.modules.flatMap { name, module in Self.stored(in: module, named: name) }
    parameters = parts.parameters.map { ($0, $0.traits, $0.hasGradient) }
    buffers = parts.buffers.map { ($0, $0.spec) }
    optimizers = parts.optimizers.map { ($0, $0.parameters.count) }
  }

  /// What a module stores, and what objects that it refers to do, such as settings that several layers share.
  private static func stored(in module: Module, named name: String) -> [(name: String, bytes: StoredBytes)] {
    let properties = Reflection.labeledProperties(of: module)
    let place = name.isEmpty ? "the model" : name
    let own = (
      "what \(place), a \(type(of: module)), stores", StoredBytes(of: module, holding: properties.map(\.value))
    )
    let others = properties.compactMap { property -> (String, StoredBytes)? in
      let mirror = Mirror(reflecting: property.value)
      guard mirror.displayStyle == .class, !(property.value is Module || property.value is any Cell) else { return nil }
      let object = property.value as AnyObject
      return (
        "what `\(property.name)` of \(place) stores", StoredBytes(of: object, holding: mirror.children.map(\.value))
      )
    }
    return [own] + others
  }

  /// Whether the parts are as they were; which gradients are there does not count.
  var isUnchanged: Bool { firstChange == nil }

  /// Whether there are gradients where there were, and nowhere else.
  var hasSameGradients: Bool { parameters.allSatisfy { $0.parameter.hasGradient == $0.hasGradient } }

  /// What is no longer as it was, in words.
  var firstChange: String? {
    for (name, bytes) in stored where !bytes.isUnchanged { return name }
    for (parameter, traits, _) in parameters where !parameter.still(has: traits) { return parameter.cellName }
    for (buffer, spec) in buffers where buffer.spec != spec { return buffer.cellName }
    for (optimizer, count) in optimizers where optimizer.parameters.count != count {
      return "the parameters of \(type(of: optimizer))"
    }
    return nil
  }
}
