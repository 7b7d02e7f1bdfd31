import WeftData
import WeftNN
import WeftTensor

/// Trains a classifier on samples with a class each and tells what happens as it happens.
///
/// ```swift
/// let trainer = Trainer(model, AdamW(model.parameters()), train: Digits.train, test: Digits.test)
/// try trainer.run(epochs: 10) { event in ... }
/// ```
public final class Trainer {
  /// What a training is made by, beside the model and its optimizer.
  public struct Settings: Sendable {
    /// The samples of a batch; the last one of an epoch may have fewer.
    public var batchSize = 64
    /// Seeds the order of the data; the caller seeds the model.
    public var seed: UInt64 = 0
    /// The learning rate at an update, counted from 0; nil keeps the optimizer's.
    public var schedule: Schedule?
    /// The type of products in a training step, as `autocast` takes it; nil computes all in float32. Evaluation is
    /// in float32 always.
    public var autocast: DType?
    /// The largest norm of all gradients together; nil does not clip.
    public var gradientNorm: Double?
    /// Over how many batches the gradients of an update are averaged, each batch with the same weight. Batches left
    /// over at the end of an epoch go on with those of the next.
    public var accumulation = 1

    /// Batches of 64, seed 0, everything in float32, and nothing clipped, scheduled or accumulated.
    public init() {}
  }

  /// What a training tells: a closed list.
  public enum Event: Sendable {
    /// The epoch's number, from 1.
    case epochBegan(Int)
    /// A batch: its samples, and the epoch's mean loss and accuracy so far.
    case stepEnded(samples: Int, loss: Double, accuracy: Double)
    /// What the epoch came to, on both datasets.
    case epochEnded(EpochResult)
  }

  /// The model that learns.
  public let model: Module
  /// What changes its parameters.
  public let optimizer: Optimizer
  /// What the training is made by.
  public let settings: Settings
  /// The samples that are learned from, in an order of their own in each epoch.
  public let train: any LabeledDataset
  /// The samples that each epoch is judged by.
  public let test: any LabeledDataset
  private var accumulation: GradientAccumulation

  /// Nothing runs before `run(epochs:tell:)`.
  public init(
    _ model: Module, _ optimizer: Optimizer, train: any LabeledDataset, test: any LabeledDataset,
    settings: Settings = Settings()
  ) {
    self.model = model
    self.optimizer = optimizer
    self.train = train
    self.test = test
    self.settings = settings
    accumulation = GradientAccumulation(over: settings.accumulation)
  }

  /// Trains for `epochs` epochs (at least one), numbered from 1, and evaluates after each.
  /// - Throws: what `tell` throws (which ends the training), what loading throws, and `TensorError` for a model that does
  ///   not fit the data.
  public func run(epochs: Int, tell: (Event) throws -> Void) throws { try run(on: train, epochs, tell) }

  private func run<Data: LabeledDataset>(on train: Data, _ epochs: Int, _ tell: (Event) throws -> Void) throws {
    let loader = DataLoader(train, batchSize: settings.batchSize, shuffle: true, seed: settings.seed)
    for epoch in 1...max(1, epochs) {
      try tell(.epochBegan(epoch))
      model.train()
      var tally = ClassificationTally(classCount: train.classCount)
      var batches = loader.batches(epoch: epoch - 1)
      while let batch = try profileRange("data.load", { try batches.next() }) {
        try withTensorErrors { try step(batch, &tally) }
        try tell(.stepEnded(samples: batch.labels.elementCount, loss: tally.loss, accuracy: tally.accuracy))
      }
      let report = try Self.evaluate(model, on: test)
      try tell(
        .epochEnded(
          EpochResult(
            epoch: epoch, learningRate: optimizer.learningRate, trainLoss: tally.loss, trainAccuracy: tally.accuracy,
            testLoss: report.loss, testAccuracy: report.accuracy)))
    }
  }

  /// One batch: forward, backward, and after every `accumulation` of them an update.
  private func step(_ batch: LabeledBatch, _ tally: inout ClassificationTally) throws {
    if let schedule = settings.schedule { optimizer.learningRate = schedule(optimizer.stepCount) }
    let (logits, loss) = autocast(settings.autocast) {
      let logits = model(batch.inputs)
      return (logits, crossEntropy(logits, classIndices: batch.labels))
    }
    // A model that does not fit the data must not be updated by what came of it.
    try checkTensorErrors()
    try tally.check(logits)
    if accumulation.isEmpty { optimizer.zeroGrad() }
    if accumulation.backward(loss) {
      if let norm = settings.gradientNorm { clipGradientNorm(optimizer.parameters, to: norm) }
      optimizer.step()
    }
    try tally.add(logits: logits, labels: batch.labels, loss: loss.item())
  }

  /// How well `model` does on `dataset`, in evaluation mode and without recording; its mode is put back.
  public static func evaluate(
    _ model: Module, on dataset: some LabeledDataset, batchSize: Int = 500
  ) throws -> ClassificationReport {
    let wasTraining = model.isTraining
    model.eval()
    defer { model.train(wasTraining) }
    var tally = ClassificationTally(classCount: dataset.classCount)
    try withTensorErrors {
      try noGrad {
        var batches = DataLoader(dataset, batchSize: batchSize).batches(epoch: 0)
        while let batch = try batches.next() {
          let logits = model(batch.inputs)
          let loss = crossEntropy(logits, classIndices: batch.labels).item()
          try checkTensorErrors()
          try tally.add(logits: logits, labels: batch.labels, loss: loss)
        }
      }
    }
    return tally.report
  }
}

/// What an epoch came to.
public struct EpochResult: Sendable, Hashable {
  /// The epoch's number, from 1.
  public let epoch: Int
  /// The rate of the epoch's last update.
  public let learningRate: Double
  /// The mean cross-entropy of the batches as they were trained on, in nats.
  public let trainLoss: Double
  /// The share of samples whose class was found as they were trained on, from 0 through 1.
  public let trainAccuracy: Double
  /// The mean cross-entropy after the epoch, in nats.
  public let testLoss: Double
  /// The share of samples whose class was found after the epoch, from 0 through 1.
  public let testAccuracy: Double
}
