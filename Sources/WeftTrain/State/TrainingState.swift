import WeftData
import WeftIO
import WeftNN
import WeftTensor

// Note: Exact resume
//
// A training goes on with the very bits of one that was never stopped if what it depends on is what it was: the values
// of parameters and buffers, what the optimizer remembers, the factor of the scaler, averages, gradients of an
// accumulation that is under way, the process's random generator, the place in the data, and what metrics and extensions
// have counted. The order of the data and its augmentation follow from seed, epoch and sample alone, so a place is two
// numbers. All of it is one file, put in place in one step: there is no moment at which half of it is new.
//
// A file is named by what it holds: the optimizer's state by the names of parameters, not by their numbers, so that a
// model whose properties were put in another order still finds it.

/// All that a training depends on, to be written to one file and taken up again.
///
/// ```swift
/// try TrainingState(model, optimizer, cursor: LoaderCursor(epoch: epoch, batch: done)).write(to: "checkpoint")
/// ...
/// let cursor = try TrainingState(contentsOf: "checkpoint").restore(to: model, optimizer)
/// for batch in loader.batches(epoch: cursor.epoch, from: cursor.batch) { ... }
/// ```
/// A `Trainer` makes and takes one itself (`Trainer.state()`); a loop of one's own as above. Several models, each with its
/// optimizer, are one state too, under names of the program's choosing:
///
/// ```swift
/// let parts: [String: any SavedPart] = [
///   "generator": generator, "critic": critic, "for generator": forGenerator, "for critic": forCritic,
/// ]
/// try TrainingState(parts, cursor: cursor).write(to: "checkpoint")
/// let cursor = try TrainingState(contentsOf: "checkpoint").restore(to: parts)
/// ```
/// The random generator is part of it. Not part of it is what the program sets anew: settings (a learning rate's schedule,
/// betas, the seed of the loader), the data itself, modules' modes, which parameters learn, generators other than the
/// process's own, and the number of threads, with which sums are rounded.
public struct TrainingState: Sendable {
  /// The tensors by name: `model.…`, `optimizer.…`, `scaler.…`, `average.…`, `parts.NAME/…`, `gradient.…`; of a trainer
  /// `measure.…`.
  public var tensors: [(name: String, tensor: Tensor)]
  /// The place in the data.
  public var cursor: LoaderCursor
  /// The process's random generator.
  public var generator: RandomGenerator
  /// Texts of the program's own by key, JSON as a rule.
  public var notes: [String: String]

  /// The state of these, and of the random generator.
  ///
  /// - Parameters:
  ///   - parts: What else there is, by name: further models, optimizers and the like.
  ///   - cursor: The place in the data.
  ///   - includesGradients: Whether gradients are part of it: where an accumulation is under way.
  ///   - notes: Texts of the program's own, as what an early stop has counted.
  public init(
    _ model: Module, _ optimizer: Optimizer, scaler: GradScaler? = nil, average: WeightAverage? = nil,
    parts: [String: any SavedPart] = [:], cursor: LoaderCursor = LoaderCursor(), includesGradients: Bool = false,
    notes: [String: String] = [:]
  ) {
    let further = NamedParts(parts)
    let parameters = ParameterNames(model, further.models)
    let names = OptimizerNames(parameters, optimizer)
    tensors = model.state().map { (name: "model." + $0.name, tensor: $0.tensor) }
    tensors += optimizer.state().map { (name: "optimizer." + names.byParameter($0.name), tensor: $0.tensor) }
    tensors += (scaler?.state() ?? []).map { (name: "scaler." + $0.name, tensor: $0.tensor) }
    tensors += (average?.state() ?? []).map { (name: "average." + $0.name, tensor: $0.tensor) }
    tensors += further.state(parameters) + (includesGradients ? Self.gradients(of: parameters) : [])
    (generator, self.cursor, self.notes) = (Random.generator, cursor, notes)
  }

  /// The state of these, and of the random generator, for a training of several models or optimizers.
  ///
  /// - Parameters:
  ///   - parts: Models, optimizers, scalers, averages and parts of the program's own, by names that stay the same.
  ///   - cursor: The place in the data.
  ///   - includesGradients: Whether the models' gradients are part of it: where an accumulation is under way.
  ///   - notes: Texts of the program's own.
  public init(
    _ parts: [String: any SavedPart], cursor: LoaderCursor = LoaderCursor(), includesGradients: Bool = false,
    notes: [String: String] = [:]
  ) {
    let all = NamedParts(parts)
    let parameters = ParameterNames(nil, all.models)
    tensors = all.state(parameters) + (includesGradients ? Self.gradients(of: parameters) : [])
    (generator, self.cursor, self.notes) = (Random.generator, cursor, notes)
  }

  private static func gradients(of parameters: ParameterNames) -> [(name: String, tensor: Tensor)] {
    parameters.all.compactMap { name, parameter in
      parameter.grad.map { (name: "gradient." + name, tensor: $0.detach()) }
    }
  }

  init(
    tensors: [(name: String, tensor: Tensor)], cursor: LoaderCursor, generator: RandomGenerator,
    notes: [String: String]
  ) {
    (self.tensors, self.cursor, self.generator, self.notes) = (tensors, cursor, generator, notes)
  }

  /// Gives all of them what was saved. Each is left as it is unless all of its own part fits.
  ///
  /// - Parameters:
  ///   - parts: What else there is, under the names with which it was saved.
  ///   - source: What errors call the state's origin.
  /// - Returns: The place in the data.
  /// - Throws: `CheckpointError` or `TensorError` for a state of another model or optimizer.
  @discardableResult
  public func restore(
    to model: Module, _ optimizer: Optimizer, scaler: GradScaler? = nil, average: WeightAverage? = nil,
    parts: [String: any SavedPart] = [:], from source: String = "the training state"
  ) throws -> LoaderCursor {
    let further = NamedParts(parts)
    let parameters = ParameterNames(model, further.models)
    let names = OptimizerNames(parameters, optimizer)
    try further.checkNoneIsMissing(in: tensors, from: source)
    _ = try model.load(tensors.part("model."), from: source)
    let saved = tensors.part("optimizer.").map { (name: names.byNumber($0.name), tensor: $0.tensor) }
    try optimizer.restore(saved.byName)
    if let scaler { try scaler.restore(tensors.part("scaler.").byName) }
    if let average { try average.restore(tensors.part("average.").byName) }
    try further.restore(tensors, parameters, from: source)
    try restoreGradients(of: parameters)
    Random.generator = generator
    return cursor
  }

  /// The same for several models or optimizers, under the names with which they were saved.
  ///
  /// - Parameter source: What errors call the state's origin.
  /// - Returns: The place in the data.
  /// - Throws: `TensorError` for a part that was not saved, and what a part throws that does not fit.
  @discardableResult
  public func restore(
    to parts: [String: any SavedPart], from source: String = "the training state"
  ) throws -> LoaderCursor {
    let all = NamedParts(parts)
    let parameters = ParameterNames(nil, all.models)
    try all.restore(tensors, parameters, from: source)
    try restoreGradients(of: parameters)
    Random.generator = generator
    return cursor
  }

  /// Gives a model the weights that were saved, and nothing else to anything: to go on with the best ones of a training.
  ///
  /// - Parameters:
  ///   - part: The name of a further model; nil for the one of a `Trainer`.
  ///   - ofAverage: Whether the trainer's averages take the place of the weights that they are of.
  ///   - source: What errors call the state's origin.
  /// - Throws: `CheckpointError` for the weights of another model.
  public func restoreWeights(
    of model: Module, part: String? = nil, ofAverage: Bool = false, from source: String = "the training state"
  ) throws {
    let start = part.map { NamedParts.prefix + NamedParts.start($0) } ?? "model."
    let averages = ofAverage ? tensors.part("average.module.").byName : [:]
    if ofAverage, averages.isEmpty {
      throw TensorError(
        .value, operation: "TrainingState.restoreWeights", expected: "a state with averages of weights",
        got: "\(source) without")
    }
    let weights = tensors.part(start).map { (name: $0.name, tensor: averages[$0.name] ?? $0.tensor) }
    _ = try model.load(weights, from: source)
  }

  private func restoreGradients(of parameters: ParameterNames) throws {
    let gradients = tensors.part("gradient.").byName
    for (name, parameter) in parameters.all {
      let gradient = gradients[name]
      if let gradient, gradient.shape != parameter.shape || gradient.dtype != parameter.value.dtype {
        throw TensorError(
          .shape, operation: "TrainingState.restore", operands: [("gradient.\(name)", gradient.spec)],
          expected: "a gradient of \(parameter.value.spec)", got: "\(gradient.spec)")
      }
      parameter.grad = gradient
    }
  }
}
