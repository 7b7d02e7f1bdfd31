import Foundation
import TestSupport
import Testing
import Weft

/// A training that is stopped anywhere goes on to the bits of one that was not.
@Suite struct ResumeTests {
  private struct Stop: Error {}

  /// Dropout, batch statistics, accumulation over epochs' ends, a scaler, an average, a schedule, an early stop: all that
  /// has a memory. 13 batches an epoch.
  private func trainer() -> Trainer<Sequential, LabeledBatch> {
    Random.seed(5)
    let model = Sequential {
      Conv2d(1, 4, kernelSize: 3, padding: 1); BatchNorm2d(4); ReLU(); MaxPool2d(2)
      Flatten(); Dropout(0.3); Linear(64, 10)
    }
    var settings = TrainerSettings()
    (settings.accumulation, settings.gradientNorm) = (2, 1)
    let trainer = Trainer(
      classifier: model, AdamW(model.parameters(), learningRate: 0.01), classCount: 10, settings: settings)
    trainer.scaler = GradScaler(scale: 1024, growthInterval: 3)
    trainer.average = WeightAverage(of: model, by: .exponential(decay: 0.9))
    trainer.extensions = [
      EarlyStopping(watching: "accuracy", goal: .largest, patience: 100),
      RateOnPlateau(PlateauSchedule(from: 0.01, patience: 0)),
    ]
    return trainer
  }

  private func run(_ trainer: Trainer<Sequential, LabeledBatch>) throws {
    let data = Digits.train.subset(Array(0..<200))
    try trainer.fit(
      DataLoader(data, batchSize: 16, shuffle: true, seed: 3), validation: DataLoader(data, batchSize: 200), epochs: 3)
  }

  private func everything(_ trainer: Trainer<Sequential, LabeledBatch>) throws -> [String: [UInt8]] {
    let state = try trainer.state()
    var bytes = Dictionary(uniqueKeysWithValues: state.tensors.map { ($0.name, $0.tensor.withUnsafeBytes(Array.init)) })
    bytes["generator"] = Array("\(state.generator)".utf8)
    bytes["training"] = Array((state.notes["training"] ?? "").utf8)
    return bytes
  }

  @Test(arguments: [1, 4, 13, 14, 25, 26, 38]) func fromAnyStepOnTheBitsAreTheSame(stop: Int) throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let whole = trainer()
      try run(whole)

      let stopped = trainer()
      stopped.extensions.append(Checkpoints(in: folder("c"), everySteps: 1))
      stopped.onEvent { event, training in
        if case .settled = event, training.step == stop { throw Stop() }
      }
      #expect(throws: Stop.self) { try run(stopped) }

      let resumed = trainer()
      resumed.extensions.append(Checkpoints(in: folder("c")))
      #expect(try resumed.resume(from: folder("c")))
      #expect(resumed.training.step == stop)
      resumed.extensions.removeLast()
      try run(resumed)
      #expect(resumed.training.history == whole.training.history)
      let (expected, found) = (try everything(whole), try everything(resumed))
      for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
      #expect(expected.count == found.count)
    }
  }

  /// By the names of parameters: a model whose optimizer lists them in another order finds its own.
  @Test func optimizersAreSavedByName() throws {
    func parts(reversed: Bool) -> (Linear, Adam) {
      let model = Random.withSeed(1) { Linear(3, 2) }
      let parameters = model.parameters()
      return (model, Adam(reversed ? parameters.reversed() : parameters))
    }
    let (model, optimizer) = parts(reversed: false)
    model(Tensor(ones: [1, 3])).sum().backward()
    optimizer.step()
    let state = TrainingState(model, optimizer, cursor: LoaderCursor(epoch: 2, batch: 7))
    #expect(state.tensors.contains { $0.name == "optimizer.of.weight.exp_avg" })
    let (other, turned) = parts(reversed: true)
    #expect(try state.restore(to: other, turned) == LoaderCursor(epoch: 2, batch: 7))
    let saved = Dictionary(uniqueKeysWithValues: turned.state().map { ($0.name, $0.tensor) })
    #expect(saved["1.exp_avg"]?.shape == [2, 3] && saved["0.exp_avg"]?.shape == [2])
  }

  @Test func damagedCheckpointsArePassedOver() throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let trainer = trainer()
      let checkpoints = Checkpoints(in: folder("c"), everySteps: 1, keepLast: 3)
      trainer.extensions.append(checkpoints)
      try run(trainer)
      let paths = Checkpoints.paths(in: folder("c"))
      #expect(paths.count == 3)
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: paths[2])))
      // Each kind of damage is seen: a bit in the elements, one in what is said of them, an end that is missing.
      for place in [bytes.count - 5, bytes.count / 2, 30] {
        var damaged = bytes
        damaged[place] ^= 1
        try AtomicFile.write(damaged, to: paths[2])
        #expect(try Checkpoints.latest(in: folder("c"))?.path == paths[1])
      }
      try AtomicFile.write(Array(bytes.prefix(bytes.count - 1)), to: paths[2])
      #expect(try Checkpoints.latest(in: folder("c"))?.damaged.count == 1)
      for path in paths { try AtomicFile.write([UInt8](), to: path) }
      #expect(throws: DataFileError.self) { try Checkpoints.latest(in: folder("c")) }
      #expect(try Checkpoints.latest(in: folder("none")) == nil)
      try Linear(2, 2).save(to: folder("weights.safetensors"))
      #expect(throws: DataFileError.self) { try TrainingState(contentsOf: folder("weights.safetensors")) }
    }
  }

  @Test func theLastAndTheBestAreKept() throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let model = Random.withSeed(3) {
        Sequential {
          Flatten(); Linear(64, 10)
        }
      }
      let trainer = Trainer(classifier: model, SGD(model.parameters()), classCount: 10)
      trainer.extensions = [
        Checkpoints(in: folder("c"), everySteps: 2, keepLast: 2, best: .init("loss", goal: .largest, count: 1))
      ]
      let data = Digits.train.subset(Array(0..<64))
      try trainer.fit(DataLoader(data, batchSize: 16), epochs: 3)
      // The loss falls, so the largest is the first epoch's: step 4 beside 10 and 12.
      let names = Checkpoints.paths(in: folder("c")).map { $0.suffix(14).prefix(2) }
      #expect(names == ["04", "10", "12"])
      #expect(folder.names == ["c"] && TemporaryFolder.names(in: folder("c")).count == 3)
    }
  }

  @Test func anEarlyStopStaysOneAfterAResume() throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      func trainer() -> Trainer<Sequential, LabeledBatch> {
        let model = Random.withSeed(3) {
          Sequential {
            Flatten(); Linear(64, 10)
          }
        }
        let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0), classCount: 10)
        trainer.extensions = [EarlyStopping(patience: 2), Checkpoints(in: folder("c"))]
        return trainer
      }
      let loader = DataLoader(Digits.train.subset(Array(0..<64)), batchSize: 32)
      let stopped = trainer()
      #expect(try stopped.fit(loader, epochs: 10).count == 4)
      #expect(stopped.training.stopReason?.contains("epoch 1") == true)
      let resumed = trainer()
      try resumed.resume(from: folder("c"))
      #expect(try resumed.fit(loader, epochs: 10).count == 4)
    }
  }

  /// In a loop of one's own.
  @Test func aLoopOfOnesOwnGoesOn() throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let data = Digits.train.subset(Array(0..<96))
      func train(stop: Int?, resume: Bool) throws -> [Tensor] {
        Random.seed(2)
        let model = Sequential {
          Flatten(); Dropout(0.2); Linear(64, 10)
        }
        let optimizer = AdamW(model.parameters())
        let loader = DataLoader(data, batchSize: 16, shuffle: true, seed: 1)
        var cursor = LoaderCursor()
        if resume { cursor = try TrainingState(contentsOf: folder("state")).restore(to: model, optimizer) }
        while cursor.epoch < 2 {
          var batches = loader.batches(epoch: cursor.epoch, from: cursor.batch)
          while let batch = batches.next() {
            optimizer.zeroGrad()
            crossEntropy(model(batch.images), classIndices: batch.labels).backward()
            optimizer.step()
            cursor.batch += 1
            if optimizer.stepCount == stop {
              try TrainingState(model, optimizer, cursor: cursor).write(to: folder("state"))
              return []
            }
          }
          cursor = LoaderCursor(epoch: cursor.epoch + 1)
        }
        return model.parameters().map(\.value)
      }
      let whole = try train(stop: nil, resume: false)
      for stop in [1, 6, 9] {
        _ = try train(stop: stop, resume: false)
        let resumed = try train(stop: nil, resume: true)
        #expect(zip(whole, resumed).allSatisfy { $0.elementsEqual($1) })
      }
    }
  }
}
