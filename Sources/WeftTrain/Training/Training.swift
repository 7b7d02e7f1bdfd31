import WeftNN
import WeftTensor

/// A training as its extensions see it: where it is, and what it came to so far.
public final class Training {
  /// The model that learns.
  public let model: Module
  /// What changes its parameters.
  public let optimizer: Optimizer
  /// How many epochs are done, and how many batches of the next one.
  public internal(set) var cursor = LoaderCursor()
  /// The present epoch, from 1.
  public var epoch: Int { cursor.epoch + 1 }
  /// How many epochs there will be; nil for a training of so many steps.
  public internal(set) var epochs: Int?
  /// How many batches an epoch has.
  public internal(set) var batchesPerEpoch = 0
  /// How many batches were trained on in all.
  public internal(set) var step = 0
  /// How many batches were added to the gradients since the last update.
  public internal(set) var accumulated = 0
  /// What every finished epoch came to; the last may be one that so many steps cut short, and that goes on when more are
  /// asked for.
  public internal(set) var history: [EpochSummary] = []
  /// What the parts of the training took in this process.
  public internal(set) var seconds = PhaseSeconds()
  /// The most bytes that tensors held in the parts of the training, in this process.
  public internal(set) var memory = PhaseMemory()
  /// Why it ends before its time, if it does.
  public private(set) var stopReason: String?
  var meter: Meter
  /// What the present epoch goes on from where so many steps cut it short; nil where it was not.
  var cut: CutEpoch?
  /// What else is part of a checkpoint.
  var parts: [String: any SavedPart] = [:]
  /// Gives the whole state; set by the trainer.
  var makeState: (() throws -> TrainingState)?
  /// Computes the present batch's loss and gradients again; set by the trainer while a step is under way.
  var repeatStep: (() throws -> Void)?
  /// The number of the step that `repeatStep` repeats, from 1.
  var repeatStepNumber = 0
  /// Who looks at the operations of the step's forward pass; they say so anew when a step begins.
  var looks: [Onlooker.Look] = []
  /// Whether an extension found gradients of the step under way that are not finite.
  var hasBrokenGradients = false
  /// The copies of the model that learn together with this one; nil where it is alone.
  public internal(set) var replicas: (any Replicas)?
  /// How many samples of the present batch are this copy's, and how many there are.
  var samples: (own: Int, all: Int)?
  /// Waits for what all copies tell of the step under way.
  var report: (() throws -> [Double])?
  /// What they told of it.
  var sums: [Double]?
  /// The loss of this copy's part of the present batch.
  var ownLoss = 0.0
  /// Whether the gradients of an accumulation that is under way are the mean of all copies'.
  var hasMeanGradients = false
  /// Whether any copy was asked to end.
  var isEndAgreed = false
  /// The clock of rank 0 at the last step.
  var agreedClock = 0.0
  /// Whether this copy's random numbers are others than those of the rest.
  var isSeeded = false

  init(_ model: Module, _ optimizer: Optimizer, _ metrics: [(name: String, metric: any TensorMetric)]) {
    (self.model, self.optimizer, meter) = (model, optimizer, Meter(metrics))
  }

  /// What the present epoch came to so far, as it was trained on.
  public var measures: Measures { meter.measures }

  /// Ends the training after the step, or epoch, that is under way.
  public func stop(because reason: String) { if stopReason == nil { stopReason = reason } }

  /// All that the training depends on, to be written to a file.
  public func state() throws -> TrainingState {
    guard let makeState else { throw Self.withoutTrainer }
    return try makeState()
  }

  static var withoutTrainer: TensorError {
    TensorError(
      .unsupported, operation: "Training", expected: "a training with its Trainer", got: "one without",
      hint: "keep the Trainer for as long as its training is asked for its state")
  }

  func resetStop(to reason: String?) { stopReason = reason }

  /// Runs a part of the training and adds what it takes. What extensions take meanwhile is theirs.
  func measure<Result>(_ phase: TrainingPhase, _ body: () throws -> Result) rethrows -> Result {
    let (start, inner) = (monotonicSeconds(), seconds.extensions)
    defer { seconds[phase] += monotonicSeconds() - start - (phase == .extensions ? 0 : seconds.extensions - inner) }
    return try Memory.withPeak({ memory.note($0, in: phase) }, body)
  }
}
