import WeftTensor

/// What a step of training may change, and is given to `Recorded`: models, optimizers, scalers of the loss, averages of
/// weights.
///
/// A class of your own may be one too, as with settings that you change between steps: what it stores is watched as what a
/// module stores is. Models and optimizers that it holds are handed in beside it.
public protocol TrainingPart: AnyObject {}

extension Module: TrainingPart {}
extension Optimizer: TrainingPart {}
extension GradScaler: TrainingPart {}
extension WeightAverage: TrainingPart {}

/// What stands in some parts, once each.
struct TrainingParts {
  private(set) var modules: [(name: String, module: Module)] = []
  private(set) var parameters: [Parameter] = []
  private(set) var buffers: [Buffer] = []
  private(set) var optimizers: [Optimizer] = []
  private(set) var cells: [any Cell] = []
  /// Parts of the program's own classes.
  private(set) var others: [any TrainingPart] = []
  /// The parts themselves.
  let objects: [AnyObject]

  init(_ parts: [any TrainingPart]) {
    objects = parts
    var seen: Set<ObjectIdentifier> = []
    for part in parts {
      switch part {
      case let module as Module: add(module, &seen)
      case let optimizer as Optimizer:
        optimizers.append(optimizer)
        for parameter in optimizer.parameters { add(parameter, &seen) }
      case let average as WeightAverage: add(average.model, &seen)
      case let scaler as GradScaler: if seen.insert(ObjectIdentifier(scaler)).inserted { cells.append(scaler) }
      default: others.append(part)
      }
    }
  }

  private mutating func add(_ model: Module, _ seen: inout Set<ObjectIdentifier>) {
    for (name, module) in model.namedModules() where seen.insert(ObjectIdentifier(module)).inserted {
      modules.append((name, module))
    }
    for parameter in model.parameters() { add(parameter, &seen) }
    for buffer in model.buffers() where seen.insert(ObjectIdentifier(buffer)).inserted {
      buffers.append(buffer)
      cells.append(buffer)
    }
  }

  private mutating func add(_ parameter: Parameter, _ seen: inout Set<ObjectIdentifier>) {
    guard seen.insert(ObjectIdentifier(parameter)).inserted else { return }
    parameters.append(parameter)
    cells.append(parameter)
    if let gradient = parameter.gradientCell { cells.append(gradient) }
  }
}
