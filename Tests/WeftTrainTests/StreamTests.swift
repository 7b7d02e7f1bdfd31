import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

/// Data without a length.
@Suite struct StreamTests {
  private struct Stop: Error {}
  private struct Broken: Error {}

  /// Batches whose sizes differ, some as an epoch, others in the next; an endless one where `isEndless`.
  private func stream(isEndless: Bool = false) -> BatchStream<[String: Tensor]> {
    BatchStream { epoch in
      var place = 0
      return AnyIterator<[String: Tensor]> {
        place += 1
        if !isEndless, place > 5 + epoch { return nil }
        let count = 1 + place % 4
        let inputs = (Tensor(arange: 0, Double(count * 3)).reshaped(count, 3) + Double(place + epoch)).sin()
        // What is drawn of the process's numbers, as augmentation may, is drawn once.
        let noise = Tensor(normal: inputs.shape, deviation: 0.01)
        return ["x": inputs + noise, "y": inputs.sum(axis: 1, keepDims: true)]
      }
    }
  }

  private func trainer() -> Trainer<Sequential, [String: Tensor]> {
    Random.seed(4)
    let model = Sequential {
      Linear(3, 4); Dropout(0.1); Linear(4, 1)
    }
    let optimizer = Adam(model.parameters(), learningRate: 0.01)
    let trainer = Trainer(model, optimizer, metrics: ["error": MeanAbsoluteError()]) {
      (model: Sequential, batch: [String: Tensor]) in
      guard let (inputs, targets) = batch["x"].flatMap({ x in batch["y"].map { (x, $0) } }) else { throw Broken() }
      let said = model(inputs)
      return StepOutput(loss: meanSquaredError(said, targets), predictions: said, targets: targets)
    }
    trainer.settings.accumulation = 2
    return trainer
  }

  private func bytes(_ trainer: Trainer<Sequential, [String: Tensor]>) throws -> [String: [UInt8]] {
    let state = try trainer.state()
    var all = Dictionary(uniqueKeysWithValues: state.tensors.map { ($0.name, $0.tensor.withUnsafeBytes(Array.init)) })
    all["rest"] = Array("\(state.generator) \(state.notes)".utf8)
    return all
  }

  @Test func epochsAreAsLongAsTheStream() throws {
    try Random.withSeed(0) {
      let trainer = trainer()
      let check = DataLoader(CheckData(), batchSize: 4)
      let history = try trainer.fit(stream(), validation: BatchStream(check), epochs: 3)
      #expect(history.map(\.step) == [5, 11, 18] && trainer.training.step == 18)
      // Samples, not batches, are counted: 2 + 3 + 4 + 1 + 2 of the first epoch.
      #expect(history.first?.train.sampleCount == 12 && history.first?.validation?.sampleCount == 10)
      #expect(try trainer.evaluate(BatchStream(check)) == history.last?.validation)
      #expect(try trainer.evaluate(check) == history.last?.validation)
    }
  }

  @Test(arguments: [1, 4, 5, 7, 16], [false, true])
  func aStreamGoesOnToTheSameBits(stop: Int, isEndless: Bool) throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let whole = trainer()
      try whole.fit(stream(isEndless: isEndless), validation: stream(), steps: 17)
      #expect(whole.training.step == 17 && whole.training.history.count == (isEndless ? 1 : 3))
      let stopped = trainer()
      stopped.extensions = [Checkpoints(in: folder("c"), everySteps: 1)]
      stopped.onEvent { event, training in
        if case .settled = event, training.step == stop { throw Stop() }
      }
      #expect(throws: Stop.self) { try stopped.fit(stream(isEndless: isEndless), validation: stream(), steps: 17) }
      let resumed = trainer()
      #expect(try resumed.resume(from: folder("c")) && resumed.training.step == stop)
      try resumed.fit(stream(isEndless: isEndless), validation: stream(), steps: 17)
      #expect(try bytes(resumed) == bytes(whole))
    }
  }

  @Test func streamsMayFailAndBeginAnywhere() throws {
    try Random.withSeed(0) {
      let trainer = trainer()
      var begun: [LoaderCursor] = []
      let stream = BatchStream<[String: Tensor]>.seeking { cursor in
        begun.append(cursor)
        var place = cursor.batch
        return {
          place += 1
          if place == 4, begun.count == 1 { throw Broken() }
          return place > 6 ? nil : ["x": Tensor(ones: [2, 3]), "y": Tensor(ones: [2, 1])]
        }
      }
      #expect(throws: Broken.self) { try trainer.fit(stream, epochs: 1) }
      #expect(trainer.training.cursor == LoaderCursor(epoch: 0, batch: 3))
      try trainer.fit(stream, epochs: 2)
      #expect(begun == [LoaderCursor(), LoaderCursor(epoch: 0, batch: 3), LoaderCursor(epoch: 1)])
      #expect(trainer.training.step == 12)
    }
  }

  /// A sequence that can be gone through once would have a training of many steps run for ever.
  @Test func aStreamWithoutABatchIsRefused() throws {
    try Random.withSeed(0) {
      let trainer = trainer()
      let batches = (0..<3).map { _ in ["x": Tensor(ones: [2, 3]), "y": Tensor(ones: [2, 1])] }
      let once = AnyIterator(batches.makeIterator())
      do {
        try trainer.fit(BatchStream { _ in once }, steps: 10)
        Issue.record("it ended")
      } catch let error as TensorError {
        #expect("\(error)".contains("none in epoch 2"), "\(error)")
      }
      #expect(trainer.training.step == 3 && trainer.training.history.count == 1)
    }
  }

  /// Nor can one be measured by twice.
  @Test func aStreamToCheckByThatIsOverIsRefused() throws {
    try Random.withSeed(0) {
      let batches = (0..<3).map { _ in ["x": Tensor(ones: [2, 3]), "y": Tensor(ones: [2, 1])] }
      let once = AnyIterator(batches.makeIterator())
      do {
        try trainer().fit(BatchStream { _ in batches }, validation: BatchStream { _ in once }, epochs: 2)
        Issue.record("it ended")
      } catch let error as TensorError {
        #expect("\(error)".contains("a stream of at least one batch"), "\(error)")
      }
    }
  }

  /// Samples are those of the targets, whatever else stands in a batch.
  @Test func samplesAreThoseOfTheTargets() throws {
    let batch = ["a": Tensor(ones: [10]), "x": Tensor(ones: [2, 4]), "y": Tensor(ones: [2, 1])]
    #expect(StepOutput(loss: Tensor(0.0), targets: batch["y"]).sampleCount(of: batch) == 2)
    #expect(StepOutput(loss: Tensor(0.0)).sampleCount(of: ["x": Tensor(ones: [4, 4])]) == 4)
  }

  private struct CheckData: Dataset {
    var count: Int { 10 }
    func batch(at indices: [Int], context: LoadingContext) -> [String: Tensor] {
      let inputs = Tensor(indices.map { Float($0) }, shape: [indices.count, 1]) * Tensor(ones: [1, 3])
      return ["x": inputs, "y": inputs.sum(axis: 1, keepDims: true)]
    }
  }
}
