import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

@Suite struct TrainerTests {
  private let data = Digits.train.subset(Array(0..<10))

  private func model() -> Sequential {
    Random.withSeed(3) {
      Sequential {
        Flatten(); Linear(data.channels * data.height * data.width, data.classCount)
      }
    }
  }

  @Test func measuresArePrintedAsNumbers() throws {
    let written = #"{"loss": 0.25, "metrics": [{"name": "accuracy", "value": 0.5}], "sampleCount": 4}"#
    let measures = try JSONDecoder().decode(Measures.self, from: Data(written.utf8))
    #expect("\(measures)" == "loss 0.2500, accuracy 0.5000")
  }

  /// Three batches an epoch (4, 4 and 2), an update after every second: of six batches the third update crosses the
  /// end of the first epoch.
  @Test(arguments: [false, true]) func gradientsAreAveragedOverBatchesAndAcrossEpochs(isRecorded: Bool) throws {
    let schedule = Schedules.exponential(from: 0.5, by: 0.5)
    let trained = model()
    var settings = TrainerSettings()
    (settings.accumulation, settings.gradientNorm, settings.isRecorded) = (2, 0.01, isRecorded)
    settings.schedule = schedule
    let optimizer = SGD(trained.parameters())
    var (samples, rates) = ([Int](), [Double]())
    let trainer = Trainer(classifier: trained, optimizer, classCount: data.classCount, settings: settings)
    trainer.onEvent { event, _ in
      guard case .stepEnded(let count, _) = event else { return }
      samples.append(count)
      rates.append(optimizer.learningRate)
    }
    try trainer.fit(DataLoader(data, batchSize: 4, shuffle: true), epochs: 2)
    #expect(trainer.recorded.isEmpty != isRecorded)
    #expect(trainer.recorded.values.allSatisfy { $0.step != nil && $0.step?.whyNotReplayed == nil })
    #expect(samples == [4, 4, 2, 4, 4, 2] && optimizer.stepCount == 3)
    #expect(rates == [0.5, 0.5, 0.25, 0.25, 0.125, 0.125])

    let expected = model()
    let byHand = SGD(expected.parameters())
    let loader = DataLoader(data, batchSize: 4, shuffle: true)
    let batches = Array(loader) + Array(loader)
    for update in 0..<3 {
      byHand.learningRate = schedule(update)
      byHand.zeroGrad()
      for batch in batches[2 * update..<2 * update + 2] {
        (crossEntropy(expected(batch.images), classIndices: batch.labels) / 2).backward()
      }
      // The norm before clipping is above the limit, or the test would not see it.
      #expect(clipGradientNorm(expected.parameters(), to: 0.01) > 0.01)
      byHand.step()
    }
    for (a, b) in zip(trained.parameters(), expected.parameters()) {
      #expect(a.value.isClose(to: b.value, relative: 1e-6, absolute: 1e-7))
      #expect(!a.value.elementsEqual(model().parameters()[a.shape.rank == 2 ? 0 : 1].value))
    }
  }

  /// Scaler, clipping, accumulation and an average together, replayed or not, against a loop by hand.
  @Test(arguments: [false, true]) func everythingTogetherIsALoopByHand(isRecorded: Bool) throws {
    let even = Digits.train.subset(Array(0..<16))
    let trained = model()
    var settings = TrainerSettings()
    (settings.accumulation, settings.gradientNorm, settings.isRecorded) = (2, 0.01, isRecorded)
    let trainer = Trainer(
      classifier: trained, SGD(trained.parameters(), learningRate: 0.5), classCount: 10, settings: settings)
    trainer.scaler = GradScaler(scale: 1024)
    trainer.average = WeightAverage(of: trained, by: .exponential(decay: 0.5))
    try trainer.fit(DataLoader(even, batchSize: 4), epochs: 3)
    #expect(trainer.recorded.count == (isRecorded ? 2 : 0))
    for step in trainer.recorded.values.map(\.step) { #expect(step?.replayCount ?? 0 > 0) }

    let expected = model()
    let byHand = SGD(expected.parameters(), learningRate: 0.5)
    let average = WeightAverage(of: expected, by: .exponential(decay: 0.5))
    for _ in 0..<3 {
      let batches = Array(DataLoader(even, batchSize: 4))
      for place in [0, 2] {
        byHand.zeroGrad()
        for batch in batches[place..<place + 2] {
          (crossEntropy(expected(batch.images), classIndices: batch.labels) / 2).backward()
        }
        #expect(clipGradientNorm(expected.parameters(), to: 0.01) > 0.01)
        byHand.step()
        average.update()
      }
    }
    let mine = trained.parameters().map(\.value) + (trainer.average?.state().map(\.tensor) ?? [])
    let right = expected.parameters().map(\.value) + average.state().map(\.tensor)
    #expect(mine.count == right.count && trainer.average?.count == 6)
    for (a, b) in zip(mine, right) { #expect(a.isClose(to: b, relative: 1e-5, absolute: 1e-6)) }
  }

  /// y = 2a - b, with a metric, validation data and an average of the weights.
  @Test func anyModelIsTrainedOnAnyData() throws {
    let inputs = Random.withSeed(1) { Tensor(normal: [64, 2]) }
    let targets = (inputs[0..., 0..<1] * 2.0 - inputs[0..., 1..<2])
    let data = try TensorDataset(inputs, targets)
    let model = Random.withSeed(2) { Linear(2, 1) }
    let trainer = Trainer(
      model, AdamW(model.parameters(), learningRate: 0.1, weightDecay: 0), metrics: ["error": MeanAbsoluteError()]
    ) { (model: Linear, batch: TensorDataset.Batch) in
      let prediction = model(batch.inputs)
      return StepOutput(
        loss: meanSquaredError(prediction, batch.targets), predictions: prediction, targets: batch.targets)
    }
    trainer.average = WeightAverage(of: model, by: .exponential(decay: 0.5))
    let history = try trainer.fit(
      DataLoader(data, batchSize: 16, shuffle: true), validation: DataLoader(data, batchSize: 64), epochs: 40)
    #expect(history.count == 40 && history.map(\.epoch) == Array(1...40) && history[39].step == 160)
    #expect(history[39]["error"] ?? 1 < 0.01 && history[39].train.sampleCount == 64)
    #expect("\(history[1])".contains(/^epoch 2, step 8: loss [0-9.]+, error [0-9.]+; validation: loss [0-9.]+, error/))
    #expect(trainer.average?.count == 160 && model.isTraining)
    // Epochs are counted from the first on: those that are done are not done again.
    #expect(try trainer.fit(DataLoader(data, batchSize: 16), epochs: 40).count == 40)
  }

  @Test func stepsAreCountedOverEpochs() throws {
    let model = model()
    let trainer = Trainer(classifier: model, SGD(model.parameters()), classCount: 10)
    var events: [String] = []
    trainer.settings.validationInterval = 2
    trainer.onEvent { event, training in
      switch event {
      case .epochBegan: events.append("epoch \(training.epoch)")
      case .validated: events.append("validated")
      case .epochEnded(let summary): events.append("ended at \(summary.step)")
      default: break
      }
    }
    let history = try trainer.fit(DataLoader(data, batchSize: 4), validation: DataLoader(data), steps: 5)
    #expect(trainer.training.step == 5 && history.map(\.step) == [3, 5])
    #expect(
      events == ["epoch 1", "validated", "validated", "ended at 3", "epoch 2", "validated", "validated", "ended at 5"])
  }

  /// Dropout, an average, clipping: a replayed training is the same to the bit as one that runs as it stands.
  @Test func recordedStepsTrainTheSameToTheBit() throws {
    try Random.withSeed(0) {
      func train(recorded: Bool) throws -> ([Tensor], [EpochSummary]) {
        Random.seed(5)
        let model = Sequential {
          Flatten(); Linear(64, 16); ReLU(); Dropout(0.3); Linear(16, 10)
        }
        var settings = TrainerSettings()
        (settings.isRecorded, settings.gradientNorm) = (recorded, 1)
        settings.schedule = Schedules.cosine(from: 0.01, over: 40)
        let trainer = Trainer(
          classifier: model, AdamW(model.parameters()), classCount: 10, settings: settings)
        trainer.average = WeightAverage(of: model, by: .exponential(decay: 0.9))
        let subset = Digits.train.subset(Array(0..<160))
        try trainer.fit(DataLoader(subset, batchSize: 16, shuffle: true), epochs: 2)
        #expect(trainer.recorded.isEmpty != recorded)
        for step in trainer.recorded.values.map(\.step) {
          #expect(step?.whyNotReplayed == nil && step?.replayCount ?? 0 > 0)
        }
        let averages = trainer.average?.state().map(\.tensor) ?? []
        return (model.parameters().map(\.value) + averages, trainer.training.history)
      }
      let (plain, replayed, again) = (
        try train(recorded: false), try train(recorded: true), try train(recorded: false)
      )
      #expect(plain.0.count == replayed.0.count && plain.0.count >= 8)
      #expect(zip(plain.0, replayed.0).allSatisfy { $0.elementsEqual($1) } && plain.1 == replayed.1)
      #expect(zip(plain.0, again.0).allSatisfy { $0.elementsEqual($1) } && plain.1 == again.1)
    }
  }

  @Test func whatIsRecordedIsForgottenWithTheSettingsOfThen() throws {
    let model = model()
    let trainer = Trainer(classifier: model, SGD(model.parameters()), classCount: 10)
    trainer.settings.isRecorded = true
    let loader = DataLoader(data, batchSize: 5)
    let changes: [(Trainer<Sequential, LabeledBatch>) -> Void] = [
      { $0.settings.gradientNorm = 1 }, { $0.settings.accumulation = 2 }, { $0.settings.autocast = .bfloat16 },
      { $0.scaler = GradScaler() }, { $0.average = WeightAverage(of: model, by: .exponential(decay: 0.5)) },
    ]
    for (number, change) in changes.enumerated() {
      try trainer.fit(loader, epochs: number + 1)
      #expect(!trainer.recorded.isEmpty)
      trainer.settings.schedule = Schedules.exponential(from: 0.1, by: 0.9)
      #expect(!trainer.recorded.isEmpty)
      change(trainer)
      #expect(trainer.recorded.isEmpty)
    }
  }

  /// Those that look at gradients see them without the scaler's factor, clipped or not.
  @Test func gradientsAreTheSameWithAScaler() throws {
    func norms(_ scaler: GradScaler?, stopAt step: Int? = nil) throws -> [Double] {
      let model = model()
      let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.1), classCount: 10)
      trainer.scaler = scaler
      var norms: [Double] = []
      var isStopped = false
      trainer.onEvent { event, training in
        guard case .gradientsReady = event else { return }
        if training.step == step, !isStopped {
          isStopped = true
          throw CancellationError()
        }
        norms.append(gradientNorm(training.model.parameters()))
      }
      let loader = DataLoader(data, batchSize: 5)
      if step != nil { #expect(throws: CancellationError.self) { try trainer.fit(loader, epochs: 2) } }
      try trainer.fit(loader, epochs: 2)
      return norms
    }
    let plain = try norms(nil)
    // A step that was given up is taken again.
    for scaled in [try norms(GradScaler(scale: 1024)), try norms(GradScaler(scale: 1024), stopAt: 2)] {
      #expect(plain.count == 4 && scaled.count == 4)
      for (a, b) in zip(plain, scaled) { #expect(abs(a - b) < 1e-5 * a) }
    }
  }

  @Test func aTrainingWaitsOffTheCooperativeThreadsAndIsCancelled() async throws {
    let folder = try TemporaryFolder()
    let path = folder("checkpoints")
    let task = Task {
      let model = Random.withSeed(3) {
        Sequential {
          Flatten(); Linear(64, 10)
        }
      }
      let trainer = Trainer(classifier: model, SGD(model.parameters()), classCount: 10)
      trainer.extensions = [Checkpoints(in: path)]
      _ = try await trainer.fitInBackground { trainer in
        try trainer.fit(DataLoader(Digits.train, batchSize: 32), epochs: 1_000_000).count
      }
    }
    for _ in 0..<3000 where Checkpoints.paths(in: path).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let state = try #require(try Checkpoints.latest(in: path)?.state)
    #expect(state.cursor.epoch > 0)
  }

  /// The lines of the guide and of the declaration: a loader is no `Sendable`, and is handed over all the same.
  @Test func loadersAreHandedOverAsTheyStand() async throws {
    let model = model()
    let trainer = Trainer(classifier: model, AdamW(model.parameters()), classCount: 10)
    let (loader, check) = (DataLoader(data, batchSize: 4), DataLoader(data))
    #expect(try await trainer.fitInBackground(loader, epochs: 1).count == 1)
    try await trainer.fitInBackground(loader, validation: check, epochs: 2)
    #expect(try await trainer.fitInBackground(loader, validation: check, steps: 7).last?.validation != nil)
    let task = Task { try await trainer.fitInBackground(loader, steps: 8) }
    // The third epoch goes on, which seven steps had cut short.
    #expect(try await task.value.map(\.step) == [3, 6, 8])
  }

  @MainActor @Test func anActorsLoadersAreHandedOver() async throws {
    let model = model()
    let trainer = Trainer(classifier: model, AdamW(model.parameters()), classCount: 10)
    let loader = DataLoader(data, batchSize: 5)
    try await trainer.fitInBackground(loader, epochs: 1)
    let task = Task { try await trainer.fitInBackground(loader, epochs: 2) }
    #expect(try await task.value.count == 2 && trainer.training.step == 4)
  }

  @Test func theFinderOfRatesPutsEverythingBack() throws {
    try Random.withSeed(0) {
      let model = model()
      let trainer = Trainer(classifier: model, AdamW(model.parameters(), learningRate: 0.25), classCount: 10)
      Random.seed(9)
      let before = model.parameters().map(\.value)
      model.eval()
      let sweep = try trainer.findLearningRate(DataLoader(data, batchSize: 4), from: 1e-5, to: 10, steps: 60)
      #expect(sweep.rates.count > 20 && sweep.rates.first == 1e-5)
      let suggestion = try #require(sweep.suggestion)
      #expect((1e-4...1).contains(suggestion))
      #expect(zip(before, model.parameters()).allSatisfy { $0.elementsEqual($1.value) })
      #expect(trainer.optimizer.learningRate == 0.25 && trainer.optimizer.stepCount == 0 && trainer.training.step == 0)
      #expect(Random.generator == RandomGenerator(seed: 9) && !model.isTraining)
    }
  }

  @Test(arguments: [(0.0, -1.0, 0), (0, 1, 10), (1, 1e-3, 10), (1e-6, .infinity, 10), (.nan, 1, 10), (1e-6, 1, 1)])
  func ratesThatCanBeNoneAreAnError(first: Double, last: Double, steps: Int) throws {
    let model = model()
    let trainer = Trainer(classifier: model, SGD(model.parameters()), classCount: 10)
    #expect(throws: TensorError.self) {
      try trainer.findLearningRate(DataLoader(data, batchSize: 4), from: first, to: last, steps: steps)
    }
    #expect(trainer.training.step == 0)
  }

  @Test func metricsWithoutPredictionsAreRefused() throws {
    let model = Linear(1, 1)
    let data = try TensorDataset(Tensor([[1.0]]), Tensor([[1.0]]))
    let trainer = Trainer(model, SGD(model.parameters()), metrics: ["error": MeanAbsoluteError()]) {
      (model: Linear, batch: TensorDataset.Batch) in StepOutput(loss: model(batch.inputs).sum())
    }
    #expect(throws: TensorError.self) { try trainer.fit(DataLoader(data), epochs: 1) }
  }
}
