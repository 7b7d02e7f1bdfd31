import WeftData
import WeftIO
import WeftNN
import WeftTensor

/// Trains any model on any data: the step is yours, the loop around it is here.
///
/// ```swift
/// let trainer = Trainer(model, AdamW(model.parameters()), metrics: ["error": MeanAbsoluteError()]) {
///   (model: Sequential, batch: TensorDataset.Batch) in
///   let prediction = model(batch.inputs)
///   return StepOutput(
///     loss: meanSquaredError(prediction, batch.targets), predictions: prediction, targets: batch.targets)
/// }
/// trainer.settings.gradientNorm = 1
/// trainer.extensions = [ProgressView(), EarlyStopping(patience: 5), Checkpoints(in: "runs/prices")]
/// try trainer.fit(DataLoader(train, batchSize: 64, shuffle: true), validation: DataLoader(check), epochs: 50)
/// ```
/// The same step measures on validation data, without recording and in evaluation mode. It is `@Sendable`, as that of a
/// `Recorded` step: what it changes is the model that it is given. All that is here can be had one by one in a loop of
/// one's own: metrics, `ProgressBar`, `TrainingState`, `Recorded`.
public final class Trainer<Model: Module, Batch: Sendable> {
  /// What a step computes of a batch.
  public typealias Step = @Sendable (Model, Batch) throws -> StepOutput

  /// The model that learns.
  public let model: Model
  /// What changes its parameters.
  public let optimizer: Optimizer
  /// What the training is made by.
  public var settings: TrainerSettings {
    didSet {
      let isSame =
        settings.gradientNorm == oldValue.gradientNorm && settings.autocast == oldValue.autocast
        && settings.accumulation == oldValue.accumulation
      // What was recorded computes by the settings of then.
      if !isSame { recorded = [:] }
    }
  }
  /// What keeps gradients of float16 from vanishing, if anything.
  public var scaler: GradScaler? { didSet { recorded = [:] } }
  /// Averages of the weights, updated after each step.
  public var average: WeightAverage? { didSet { recorded = [:] } }
  /// The copies of the model that learn together with this one, each on its part of every batch; nil where it is alone.
  /// Steps are run as they stand then, whatever `isRecorded` says.
  public var replicas: (any Replicas)? {
    get { training.replicas }
    set { training.replicas = newValue.flatMap { $0.count > 1 ? $0 : nil } }
  }
  /// What else is part of a checkpoint, by name: what the step changes beside the model and `optimizer`, as the optimizer of
  /// a critic. Steps that are recorded may use it, since they know of it.
  ///
  /// ```swift
  /// trainer.parts = ["for critic": model.forCritic]    // a model of a generator, a critic and the critic's optimizer
  /// ```
  /// The step may run in evaluation mode, where it must update nothing: `if model.isTraining`. Modes of further models are
  /// the program's to set. The gradients of all models are in each checkpoint then.
  public var parts: [String: any SavedPart] {
    get { training.parts }
    set { (training.parts, recorded) = (newValue, [:]) }
  }
  /// What takes part, told one after the other.
  public var extensions: [any TrainingExtension] = []
  /// Where the training is, as its extensions see it.
  public let training: Training
  let step: Step
  let metrics: [(name: String, metric: any TensorMetric)]
  /// Steps that are replayed, by whether they begin and end an accumulation.
  package internal(set) var recorded: [RecordedKind: RecordedStep] = [:]

  /// Nothing runs before `fit`.
  ///
  /// - Parameters:
  ///   - metrics: What is measured beside the loss, by name; the step must then give predictions and targets.
  ///   - step: The loss of a batch, and what the metrics compare.
  public init(
    _ model: Model, _ optimizer: Optimizer, metrics: KeyValuePairs<String, any TensorMetric> = [:],
    settings: TrainerSettings = TrainerSettings(), step: @escaping Step
  ) {
    (self.model, self.optimizer, self.settings, self.step) = (model, optimizer, settings, step)
    self.metrics = metrics.map { ($0.key, $0.value) }
    training = Training(model, optimizer, self.metrics)
    training.makeState = { [weak self] in
      guard let self else { throw Training.withoutTrainer }
      return try state()
    }
  }

  /// Has `body` told what happens, as an extension without a state.
  public func onEvent(_ body: @escaping (TrainingEvent, Training) throws -> Void) {
    extensions.append(ClosureExtension(body))
  }

  func send(_ event: TrainingEvent) throws {
    if extensions.isEmpty { return }
    try training.measure(.extensions) {
      for part in extensions { try part.handle(event, in: training) }
    }
  }
}

extension Trainer: CustomStringConvertible {
  /// A line: what learns by what, and how far it is.
  public var description: String {
    "Trainer of \(type(of: model)) (\(model.parameterCount) parameters) by \(type(of: optimizer)): "
      + "\(training.cursor.epoch) epochs and \(training.step) steps done"
  }
}

/// What a training is made by, beside the model, its optimizer and its step.
public struct TrainerSettings: Sendable {
  /// The learning rate at an update, counted from 0; nil keeps the optimizer's.
  public var schedule: Schedule?
  /// The type of products in a training step, as `autocast` takes it; nil computes all in float32. Validation is in
  /// float32 always.
  public var autocast: DType?
  /// The largest norm of all gradients together; nil does not clip.
  public var gradientNorm: Double?
  /// Over how many batches the gradients of an update are averaged, each batch with the same weight. Batches left over at
  /// the end of an epoch go on with those of the next.
  public var accumulation = 1
  /// Whether steps are recorded as they run and replayed, with the same numbers to the bit (`Recorded`); batches must be
  /// a `TensorBatch`.
  public var isRecorded = false
  /// After how many steps the validation data is measured, beside the end of each epoch; nil for that alone.
  public var validationInterval: Int?
  /// Whether validation data is measured with the averages of the weights (`Trainer.average`), once there are some; the
  /// training goes on with the weights themselves. Running statistics, as those of batch normalization, are averaged
  /// where the average includes buffers.
  public var validatesAverage = false

  /// Everything in float32, nothing clipped, scheduled, accumulated or recorded.
  public init() {}
}
