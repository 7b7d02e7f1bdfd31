import WeftData
import WeftNN
import WeftTensor

// The trainer of classifiers: cross-entropy and accuracy.

extension Trainer where Batch == LabeledBatch {
  /// A trainer of a classifier: the loss is the cross-entropy of what the model gives, [samples, classes], with the
  /// classes; measured is the `accuracy`.
  ///
  /// ```swift
  /// let trainer = Trainer(classifier: model, AdamW(model.parameters()), classCount: 10)
  /// try trainer.fit(DataLoader(Digits.train, batchSize: 64, shuffle: true), validation: DataLoader(Digits.test), epochs: 5)
  /// ```
  public convenience init(
    classifier model: Model, _ optimizer: Optimizer, classCount: Int, settings: TrainerSettings = TrainerSettings()
  ) {
    self.init(model, optimizer, metrics: ["accuracy": Accuracy()], settings: settings) { model, batch in
      let logits = model(batch.inputs)
      try checkLogits(logits, classCount)
      let loss = crossEntropy(logits, classIndices: batch.labels)
      return StepOutput(loss: loss, predictions: logits, targets: batch.labels)
    }
  }

  /// How well `model` classifies a dataset, in evaluation mode and without recording; its mode is put back.
  public static func evaluate(
    _ model: Model, on dataset: some LabeledDataset, batchSize: Int = 500
  ) throws -> ClassificationReport {
    let classCount = dataset.classCount
    let empty = Meter([("confusion", ConfusionMatrix(classCount: max(1, classCount)))])
    let loader = DataLoader(dataset, batchSize: batchSize)
    let meter = try measured(model, Feed(loader), empty) { model, batch in
      let logits = model(batch.inputs)
      try checkLogits(logits, classCount)
      let loss = crossEntropy(logits, classIndices: batch.labels)
      return StepOutput(loss: loss, predictions: logits, targets: batch.labels)
    }
    let confusion = (meter.metrics.first?.metric as? ConfusionMatrix)?.counts ?? []
    return ClassificationReport(loss: meter.sampleCount == 0 ? 0 : meter.measures.loss, confusion: confusion)
  }
}

/// How well a model classifies a dataset.
public struct ClassificationReport: Sendable, Hashable {
  /// The mean cross-entropy, in nats.
  public var loss: Double
  /// Samples by true class (row) and predicted class (column).
  public var confusion: [[Int]]

  /// How many samples were classified.
  public var sampleCount: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }

  /// The share of samples whose class was found, from 0 through 1.
  public var accuracy: Double {
    let right = confusion.indices.reduce(0) { $0 + confusion[$1][$1] }
    return sampleCount == 0 ? 0 : Double(right) / Double(sampleCount)
  }
}

/// - Throws: `TensorError` where a model's results are not [N, classes].
@Sendable private func checkLogits(_ logits: Tensor, _ classCount: Int) throws {
  try checkTensorErrors()
  guard logits.rank == 2, logits.shape[1] == classCount else {
    throw TensorError(
      .shape, operation: "Trainer", operands: [("logits", logits.spec)],
      expected: "a model that gives [samples, \(classCount)], a number for each of the data's classes",
      got: "\(logits.shape)")
  }
}
