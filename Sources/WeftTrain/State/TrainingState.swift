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
/// A `Trainer` makes and takes one itself (`Trainer.state()`); a loop of one's own as above. The random generator is part
/// of it. Not part of it is what the program sets anew: settings (a learning rate's schedule, betas, the seed of the
/// loader), the data itself, modules' modes, which parameters learn, generators other than the process's own, and the
/// number of threads, with which sums are rounded.
public struct TrainingState: Sendable {
  /// The tensors by name: `model.…`, `optimizer.…`, `scaler.…`, `average.…`, `gradient.…`; of a trainer `measure.…`.
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
  ///   - cursor: The place in the data.
  ///   - includesGradients: Whether gradients are part of it: where an accumulation is under way.
  ///   - notes: Texts of the program's own, as what an early stop has counted.
  public init(
    _ model: Module, _ optimizer: Optimizer, scaler: GradScaler? = nil, average: WeightAverage? = nil,
    cursor: LoaderCursor = LoaderCursor(), includesGradients: Bool = false, notes: [String: String] = [:]
  ) {
    let names = OptimizerNames(model, optimizer)
    tensors = model.state().map { (name: "model." + $0.name, tensor: $0.tensor) }
    tensors += optimizer.state().map { (name: "optimizer." + names.byParameter($0.name), tensor: $0.tensor) }
    tensors += (scaler?.state() ?? []).map { (name: "scaler." + $0.name, tensor: $0.tensor) }
    tensors += (average?.state() ?? []).map { (name: "average." + $0.name, tensor: $0.tensor) }
    if includesGradients {
      tensors += model.namedParameters().compactMap { name, parameter in
        parameter.grad.map { (name: "gradient." + name, tensor: $0.detach()) }
      }
    }
    generator = Random.generator
    self.cursor = cursor
    self.notes = notes
  }

  init(
    tensors: [(name: String, tensor: Tensor)], cursor: LoaderCursor, generator: RandomGenerator,
    notes: [String: String]
  ) {
    (self.tensors, self.cursor, self.generator, self.notes) = (tensors, cursor, generator, notes)
  }

  /// Gives all of them what was saved. Each is left as it is unless all of its own part fits.
  ///
  /// - Parameter source: What errors call the state's origin.
  /// - Returns: The place in the data.
  /// - Throws: `CheckpointError` or `TensorError` for a state of another model or optimizer.
  @discardableResult
  public func restore(
    to model: Module, _ optimizer: Optimizer, scaler: GradScaler? = nil, average: WeightAverage? = nil,
    from source: String = "the training state"
  ) throws -> LoaderCursor {
    let names = OptimizerNames(model, optimizer)
    let saved = part("optimizer.").map { (names.byNumber($0.name), $0.tensor) }
    _ = try model.load(part("model."), from: source)
    try optimizer.restore(Dictionary(saved, uniquingKeysWith: { first, _ in first }))
    if let scaler { try scaler.restore(dictionary("scaler.")) }
    if let average { try average.restore(dictionary("average.")) }
    let gradients = dictionary("gradient.")
    for (name, parameter) in model.namedParameters() {
      let gradient = gradients[name]
      if let gradient, gradient.shape != parameter.shape || gradient.dtype != parameter.value.dtype {
        throw TensorError(
          .shape, operation: "TrainingState.restore", operands: [("gradient.\(name)", gradient.spec)],
          expected: "a gradient of \(parameter.value.spec)", got: "\(gradient.spec)")
      }
      parameter.grad = gradient
    }
    Random.generator = generator
    return cursor
  }

  /// The tensors whose names begin so, without that.
  private func part(_ prefix: String) -> [(name: String, tensor: Tensor)] {
    tensors.filter { $0.name.hasPrefix(prefix) }.map {
      (name: String($0.name.dropFirst(prefix.count)), tensor: $0.tensor)
    }
  }

  private func dictionary(_ prefix: String) -> [String: Tensor] {
    Dictionary(part(prefix).map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }
}
