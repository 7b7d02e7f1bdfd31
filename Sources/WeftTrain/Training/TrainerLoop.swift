import Foundation
import WeftData
import WeftIO
import WeftNN
import WeftTensor

extension Trainer {
  /// Trains until so many epochs are done in all: a trainer that went on from a state, or was asked before, has some done.
  ///
  /// - Parameters:
  ///   - loader: What is learned from.
  ///   - validation: What is measured after each epoch.
  /// - Returns: What each epoch came to, those of before included.
  /// - Throws: What an extension, the step or loading throws, `TensorError` for data without a batch, and
  ///   `Interrupt.Received` after Ctrl-C, if `Interrupt.install()` was called.
  @discardableResult
  public func fit<Data: Dataset, Check: Dataset>(
    _ loader: DataLoader<Data>, validation: DataLoader<Check>, epochs: Int
  ) throws -> [EpochSummary] where Data.Batch == Batch, Check.Batch == Batch {
    try run(loader, epochs: epochs, steps: nil) { try self.validate { try self.evaluate(validation) } }
  }

  /// The same without validation data.
  @discardableResult
  public func fit<Data: Dataset>(_ loader: DataLoader<Data>, epochs: Int) throws -> [EpochSummary]
  where Data.Batch == Batch {
    try run(loader, epochs: epochs, steps: nil, validate: nil)
  }

  /// Trains until so many steps were taken in all, going through the data as often as that needs.
  ///
  /// An epoch that they cut short is measured and told to extensions as others are; asked for more, the training goes on
  /// within it, as if it had not ended there: an early stop that came of it is taken back, one that an extension without
  /// a saved state asked for is not. A loader of another `count` than that of the epoch begins the next one instead; of
  /// one with the same count those batches are passed over that the epoch has had.
  @discardableResult
  public func fit<Data: Dataset, Check: Dataset>(
    _ loader: DataLoader<Data>, validation: DataLoader<Check>, steps: Int
  ) throws -> [EpochSummary] where Data.Batch == Batch, Check.Batch == Batch {
    try run(loader, epochs: nil, steps: steps) { try self.validate { try self.evaluate(validation) } }
  }

  /// The same without validation data.
  @discardableResult
  public func fit<Data: Dataset>(_ loader: DataLoader<Data>, steps: Int) throws -> [EpochSummary]
  where Data.Batch == Batch {
    try run(loader, epochs: nil, steps: steps, validate: nil)
  }

  /// The loss and the metrics on a dataset, in evaluation mode and without recording; modes are put back.
  ///
  /// - Throws: What the step or loading throws, and `Interrupt.Received`.
  public func evaluate<Data: Dataset>(_ loader: DataLoader<Data>) throws -> Measures where Data.Batch == Batch {
    try sharing(loader) { try measured(model, Feed(loader), Meter(metrics), step).merged(over: replicas).measures }
  }
}

extension Trainer {
  private func run<Data: Dataset>(
    _ loader: DataLoader<Data>, epochs: Int?, steps: Int?, validate: (() throws -> Measures)?
  ) throws -> [EpochSummary] where Data.Batch == Batch {
    try sharing(loader) {
      try checkHasBatches(loader, epochs, steps)
      return try runShared(Feed(loader), epochs: epochs, steps: steps, validate) {
        try checkSameTraining(loader, epochs: epochs, steps: steps, validates: validate != nil)
      }
    }
  }

  /// - Throws: `TensorError` for a loader without a batch that has one to give.
  private func checkHasBatches<Data: Dataset>(_ loader: DataLoader<Data>, _ epochs: Int?, _ steps: Int?) throws {
    guard loader.count == 0, training.stopReason == nil, training.cursor.epoch < epochs ?? .max,
      training.step < steps ?? .max
    else { return }
    let samples = loader.dataset.count
    throw TensorError(
      .value, operation: "fit", expected: "data of at least one batch",
      got: samples == 0 ? "no samples" : "\(samples) samples, fewer than the \(loader.batchSize) of a batch",
      hint: samples == 0 ? "" : "leave out `dropLast: true`, or make smaller batches")
  }

  /// - Parameter agree: Sees that all copies train alike.
  func runShared(
    _ feed: Feed<Batch>, epochs: Int?, steps: Int?, _ validate: (() throws -> Measures)?, agree: () throws -> Void
  ) throws -> [EpochSummary] {
    (training.epochs, training.batchesPerEpoch) = (epochs, feed.count ?? 0)
    defer { for part in extensions { part.letGo() } }
    try beginReplicas()
    try agree()
    let isStopped = training.stopReason != nil && training.cut?.isStopTakenBack != true
    if !isStopped, training.cursor.epoch < epochs ?? .max, training.step < steps ?? .max { try reopenEpoch(feed) }
    try send(.began)
    // The last epoch of so many steps may have been interrupted when all were taken, in its validation.
    while training.stopReason == nil, training.cursor.epoch < epochs ?? .max, feed.count != 0,
      training.step < steps ?? .max || (training.step == steps && training.cursor.batch > 0 && training.cut == nil)
    {
      try runEpoch(feed, until: steps ?? .max, validate)
    }
    try send(.ended)
    return training.history
  }

  private func runEpoch(
    _ feed: Feed<Batch>, until steps: Int, _ validate: (() throws -> Measures)?
  ) throws {
    model.train()
    try send(.epochBegan)
    let next = try training.measure(.loading) { try feed.batches(training.cursor) }
    while training.step < steps,
      let batch = try training.measure(.loading, { try profileRange("data.load") { try next() } })
    {
      training.samples = replicas == nil ? nil : feed.samples?(training.cursor.batch)
      if let (own, all) = training.samples { replicas?.beginStep(own: own, all: all) }
      try takeStep(batch)
      if let interval = settings.validationInterval, interval > 0, training.step % interval == 0 {
        if let measures = try validated(validate) { try send(.validated(measures)) }
      }
      try send(.settled(isEpochEnd: false))
      // Several copies end after an update: what is saved amid an accumulation is rounded otherwise.
      if replicas == nil || training.accumulated == 0 { try endIfInterrupted() }
      if training.stopReason != nil { return }
    }
    if training.cursor.batch == 0 {
      throw TensorError(
        .value, operation: "fit", expected: "a stream of at least one batch", got: "none in epoch \(training.epoch)",
        hint: "each epoch begins anew: a sequence that is gone through once gives nothing the second time")
    }
    let isCut = training.step >= steps && training.cursor.batch != feed.count
    try endEpoch(feed, validate, isCut: isCut)
  }

  /// - Parameter isCut: Whether the training's steps are over before the data is, as far as anyone knows.
  private func endEpoch(_ feed: Feed<Batch>, _ validate: (() throws -> Measures)?, isCut: Bool) throws {
    try shareGradients()
    try replicas?.checkAgreement()
    let train = try training.meter.merged(over: replicas).measures
    let measures = try validated(validate)
    if let measures { try send(.validated(measures)) }
    let summary = EpochSummary(
      epoch: training.epoch, step: training.step, learningRate: optimizer.learningRate, train: train,
      validation: measures)
    training.history.append(summary)
    if isCut {
      training.cut = try cutEpoch(of: feed)
      try sendCut(summary)
    } else {
      training.cursor = LoaderCursor(epoch: training.cursor.epoch + 1)
      training.meter.reset()
      try send(.epochEnded(summary))
    }
    try send(.settled(isEpochEnd: true))
    try endIfInterrupted()
  }

  /// What validation data comes to, for the average of the weights where that is asked for.
  func validate(_ evaluate: () throws -> Measures) throws -> Measures {
    guard settings.validatesAverage, let average, average.count > 0 else { return try evaluate() }
    return try average.applied { try evaluate() }
  }

  /// What the validation data comes to. It leaves no trace in the random numbers: how often one measures, and whether one
  /// was interrupted while measuring, changes nothing of the training.
  private func validated(_ validate: (() throws -> Measures)?) throws -> Measures? {
    guard let validate else { return nil }
    let generator = Random.generator
    do {
      defer { Random.generator = generator }
      return try training.measure(.validation, validate)
    } catch {
      guard error is Interrupt.Received || error is CancellationError else { throw error }
      try send(.interrupted)
      throw error
    }
  }

  private func endIfInterrupted() throws {
    do {
      if replicas == nil { try checkInterrupt() } else if training.isEndAgreed { throw endOfAll }
    } catch {
      try send(.interrupted)
      throw error
    }
  }

  /// One copy, or all, were asked to end: this one too, in the way that it was asked.
  private var endOfAll: any Error {
    do { try checkInterrupt() } catch { return error }
    return Interrupt.Received(signal: SIGTERM)
  }
}

/// What a model comes to on a dataset, in evaluation mode and without recording; modes are put back.
func measured<Model: Module, Batch: Sendable>(
  _ model: Model, _ feed: Feed<Batch>, _ empty: Meter, _ step: (Model, Batch) throws -> StepOutput
) throws -> Meter {
  let modes = model.namedModules().map { ($0.module, $0.module.isTraining) }
  model.eval()
  // Those outside first: each sets what it holds.
  defer { for (module, isTraining) in modes where module.isTraining != isTraining { module.train(isTraining) } }
  var meter = empty
  try withTensorErrors {
    try noGrad {
      let next = try feed.batches(LoaderCursor())
      var place = 0
      while let batch = try next() {
        // Where batches are shared, all end together, after it.
        if !feed.isShared { try checkInterrupt() }
        defer { place += 1 }
        guard feed.samples?(place).own != 0 else { continue }
        let output = try step(model, batch)
        try checkTensorErrors()
        try meter.add(output, loss: output.loss.item(), samples: output.sampleCount(of: batch))
      }
      if place == 0, feed.count == nil {
        throw TensorError(
          .value, operation: "evaluate", expected: "a stream of at least one batch", got: "none",
          hint: "each measurement begins anew: a sequence that is gone through once gives nothing the second time")
      }
    }
  }
  return meter
}

/// - Throws: What came from outside: Ctrl-C, a request to terminate, the cancelling of a task.
func checkInterrupt() throws {
  try Interrupt.check()
  if isCancelled() { throw CancellationError() }
}
