import WeftTensor

/// What a step finds in its parts beside tensors, and what it does depends on: everything that modules store and the
/// objects that they refer to (`ReachedObjects`), and what parameters, buffers and optimizers are.
struct PartState {
  private let stored: [(name: String, bytes: StoredBytes)]
  private let parameters: [(parameter: Parameter, traits: Parameter.Traits, hasGradient: Bool)]
  private let buffers: [(buffer: Buffer, spec: TensorSpec)]
  private let optimizers: [(optimizer: Optimizer, parameterCount: Int)]

  /// Why such parts cannot be watched; nil for nearly all.
  let obstacle: TensorError?

  init(of parts: TrainingParts) {
    var reached = ReachedObjects(besides: parts.modules.map(\.module))
    for (name, module) in parts.modules {
      let place = name.isEmpty ? "the model" : name
      reached.add(module, named: "what \(place), a \(type(of: module)), stores", owner: place)
    }
    for part in parts.others {
      reached.add(part, named: "what a \(type(of: part)) stores", owner: "a \(type(of: part))")
    }
    obstacle = reached.isCut ? .refersToTooMuch : nil
    stored = reached.isCut ? [] : reached.found
    parameters = parts.parameters.map { ($0, $0.traits, $0.hasGradient) }
    buffers = parts.buffers.map { ($0, $0.spec) }
    optimizers = parts.optimizers.map { ($0, $0.parameters.count) }
  }

  /// Whether there are gradients where there were, and nowhere else.
  var hasSameGradients: Bool { parameters.allSatisfy { $0.parameter.hasGradient == $0.hasGradient } }

  /// What is no longer as it was, in words; which gradients are there does not count.
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

extension TensorError {
  fileprivate static let refersToTooMuch = TensorError(
    .unsupported, operation: "Recorded",
    expected: "parts that refer to at most \(ReachedObjects.limits.objects) objects, each compared before a replay",
    got: "more of them, or more than \(ReachedObjects.limits.values) values to look for them in",
    hint: "keep data sets, vocabularies and the like outside the model")
}
