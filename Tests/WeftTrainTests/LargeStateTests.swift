import Foundation
import TestSupport
import Testing
import Weft

/// A checkpoint that was written can be read, however much metrics and extensions have to remember.
@Suite struct LargeStateTests {
  private func trainer() -> Trainer<Linear, TensorDataset.Batch> {
    let model = Random.withSeed(1) { Linear(4, 3) }
    return Trainer(
      model, SGD(model.parameters(), learningRate: 0.01),
      metrics: ["area": AUROC(), "precision": AveragePrecision(), "accuracy": Accuracy()]
    ) { (model: Linear, batch: TensorDataset.Batch) in
      let logits = model(batch.inputs)
      return StepOutput(
        loss: crossEntropy(logits, classIndices: batch.targets), predictions: logits, targets: batch.targets)
    }
  }

  @Test func scoresAreTensorsOfACheckpointAndGoOnExactly() throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let data = try Random.withSeed(2) {
        try TensorDataset(Tensor(normal: [24, 4]), Tensor((0..<24).map { $0 % 3 }))
      }
      let whole = trainer()
      try whole.fit(DataLoader(data, batchSize: 4), epochs: 1)

      let stopped = trainer()
      stopped.extensions = [Checkpoints(in: folder("c"), everySteps: 4)]
      stopped.onEvent { event, training in
        if case .stepBegan = event, training.step == 4 { throw CancellationError() }
      }
      #expect(throws: CancellationError.self) { try stopped.fit(DataLoader(data, batchSize: 4), epochs: 1) }
      let path = try #require(Checkpoints.paths(in: folder("c")).last)
      let state = try TrainingState(contentsOf: path)
      let scores = state.tensors.filter { $0.name.hasPrefix("measure.") }.map(\.tensor.spec.description)
      #expect(scores == ["float32 [3, 16]", "int64 [16]", "float32 [3, 16]", "int64 [16]"])

      let resumed = trainer()
      try resumed.resume(from: folder("c"))
      try resumed.fit(DataLoader(data, batchSize: 4), epochs: 1)
      #expect(resumed.training.history == whole.training.history && whole.training.history.count == 1)

      // A file may say anything: scores that are missing, and others than there are classes of samples.
      for wrong in [[], [Tensor(zeros: [3, 16]), Tensor([1])], [Tensor([1.0]), Tensor([1])]] {
        var other = state
        other.tensors = other.tensors.filter { !$0.name.hasPrefix("measure.") }
        other.tensors += wrong.enumerated().map { (name: "measure.\($0)", tensor: $1) }
        #expect(throws: TensorError.self) { try trainer().restore(other) }
      }
    }
  }

  /// Texts in a header are limited, those among the tensors are not.
  @Test func longTextsStandAmongTheTensors() throws {
    let folder = try TemporaryFolder()
    let model = Linear(2, 2)
    let long = String(repeating: "ü\n\"", count: 1 << 20)
    let state = TrainingState(model, SGD(model.parameters()), notes: ["long": long, "short": "s", "none": ""])
    try state.write(to: folder("state"))
    let file = try TensorFile(folder("state"))
    let keys = file.metadata.map(\.key).sorted()
    #expect(keys == ["checksum", "cursor", "format", "generator", "note.none", "note.short"])
    let read = try TrainingState(contentsOf: folder("state"))
    #expect(read.notes == state.notes && read.tensors.map(\.name) == state.tensors.map(\.name))
  }

  @Test func whatNoReaderTakesIsNotWrittenOverWhatIsThere() throws {
    let folder = try TemporaryFolder()
    let path = folder("m.safetensors")
    try TensorFile.write([("a", Tensor([1.0]))], to: path)
    let text = String(repeating: "x", count: LoadLimits().headerBytes + 1)
    #expect(throws: DataFileError.self) {
      try TensorFile.write([("b", Tensor([1.0]))], metadata: ["t": text], to: path)
    }
    #expect(try TensorFile(path).entries.map(\.name) == ["a"] && folder.names == ["m.safetensors"])
  }
}
