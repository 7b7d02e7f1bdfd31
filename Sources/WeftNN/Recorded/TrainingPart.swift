import WeftTensor

/// What a step of training may change, and is given to `Recorded`: models, optimizers, scalers of the loss, averages of
/// weights.
public protocol TrainingPart: AnyObject {}

extension Module: TrainingPart {}
extension Optimizer: TrainingPart {}
extension GradScaler: TrainingPart {}
extension WeightAverage: TrainingPart {}

/// What stands in some parts, once each.
struct TrainingParts {
  private(set) var modules: [(name: String, module: Module)] = []
  private(set) var parameters: [Parameter] = []
  private(set) var cells: [any Cell] = []

  init(_ parts: [any TrainingPart]) {
    var seen: Set<ObjectIdentifier> = []
    for part in parts {
      switch part {
      case let module as Module: add(module, &seen)
      case let optimizer as Optimizer: for parameter in optimizer.parameters { add(parameter, &seen) }
      case let average as WeightAverage: add(average.model, &seen)
      case let scaler as GradScaler: if seen.insert(ObjectIdentifier(scaler)).inserted { cells.append(scaler) }
      default: break
      }
    }
  }

  private mutating func add(_ model: Module, _ seen: inout Set<ObjectIdentifier>) {
    for (name, module) in model.namedModules() where seen.insert(ObjectIdentifier(module)).inserted {
      modules.append((name, module))
    }
    for parameter in model.parameters() { add(parameter, &seen) }
    for buffer in model.buffers() where seen.insert(ObjectIdentifier(buffer)).inserted { cells.append(buffer) }
  }

  private mutating func add(_ parameter: Parameter, _ seen: inout Set<ObjectIdentifier>) {
    guard seen.insert(ObjectIdentifier(parameter)).inserted else { return }
    parameters.append(parameter)
    cells.append(parameter)
    if let gradient = parameter.gradientCell { cells.append(gradient) }
  }
}

/// What a step finds in its parts beside tensors, and what it does depends on: everything that modules store, and what
/// parameters are.
struct PartState {
  private let modules: [(name: String, type: Module.Type, stored: StoredBytes)]
  private let parameters: [(parameter: Parameter, traits: Parameter.Traits)]

  init(of parts: TrainingParts) {
    modules = parts.modules.map { name, module in
      (name, type(of: module), StoredBytes(of: module, holding: Reflection.labeledProperties(of: module).map(\.value)))
    }
    parameters = parts.parameters.map { ($0, $0.traits) }
  }

  /// Whether the parts are as they were; which gradients are there does not count.
  var isUnchanged: Bool { firstChange == nil }

  /// Whether there are gradients where there were, and nowhere else.
  var hasSameGradients: Bool { parameters.allSatisfy { $0.parameter.hasGradient == $0.traits.hasGradient } }

  /// What is no longer as it was, in words.
  var firstChange: String? {
    for (name, type, stored) in modules where !stored.isUnchanged {
      return "what \(name.isEmpty ? "the model" : name), a \(type), stores"
    }
    for (parameter, traits) in parameters where !parameter.traits.agrees(with: traits) { return parameter.cellName }
    return nil
  }
}
