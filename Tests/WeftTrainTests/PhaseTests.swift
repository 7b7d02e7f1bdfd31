import TestSupport
import Testing
import Weft

/// What the parts of a training take.
@Suite struct PhaseTests {
  private let data = Digits.train.subset(Array(0..<64))

  private func trainer(isRecorded: Bool) -> Trainer<Sequential, LabeledBatch> {
    let model = Random.withSeed(1) {
      Sequential {
        Flatten(); Linear(64, 512); ReLU(); Linear(512, 10)
      }
    }
    let trainer = Trainer(classifier: model, Adam(model.parameters()), classCount: 10)
    trainer.settings.isRecorded = isRecorded
    return trainer
  }

  @Test func timeAndMemoryAreToldByPhase() throws {
    let trainer = trainer(isRecorded: false)
    var lines: [String] = []
    trainer.extensions = [LineLog { lines.append($0) }]
    try trainer.fit(DataLoader(data, batchSize: 32), validation: DataLoader(data, batchSize: 64), epochs: 2)
    let (seconds, memory) = (trainer.training.seconds, trainer.training.memory)
    #expect(TrainingPhase.allCases.allSatisfy { seconds[$0] > 0 && memory[$0] > 0 }, "\(seconds) \(memory)")
    let inner = seconds.forward + seconds.backward + seconds.update
    #expect(inner <= seconds.steps && seconds.total >= seconds.steps + seconds.loading, "\(seconds)")
    // The backward pass holds at least one gradient of each weight: of float32, [512, 64] and [10, 512].
    #expect(memory[.backward] > 4 * (512 * 64 + 512 * 10) && memory[.steps] >= memory[.backward])
    #expect(memory.most >= memory[.update])
    let line = try #require(lines.last)
    for word in ["(forward ", ", backward ", ", update ", "; tensors at most: loading ", "; peak "] {
      #expect(line.contains(word), "\(line)")
    }
  }

  /// Who measures the peak of the whole process is not disturbed.
  @Test func theProcessPeakStays() async {
    await #expect(processExitsWith: .success) {
      Memory.resetPeak()
      var large: Tensor? = Tensor(zeros: [1 << 24])
      precondition(large?.elementCount == 1 << 24)
      large = nil
      let peak = Memory.stats.peak
      let model = Linear(64, 10)
      let trainer = Trainer(model, SGD(model.parameters())) { (model: Linear, batch: LabeledBatch) in
        StepOutput(loss: crossEntropy(model(batch.images.flattened(from: 1)), classIndices: batch.labels))
      }
      trainer.onEvent { _, _ in }
      try trainer.fit(DataLoader(Digits.train.subset(Array(0..<64)), batchSize: 32), epochs: 1)
      precondition(peak >= 1 << 26 && Memory.stats.peak == peak && trainer.training.memory.most < peak)
    }
  }

  /// Of a step that is replayed the parts are not told apart.
  @Test func replayedStepsAreOnePhase() throws {
    let trainer = trainer(isRecorded: true)
    var lines: [String] = []
    trainer.extensions = [LineLog { lines.append($0) }]
    try trainer.fit(DataLoader(data, batchSize: 32), epochs: 2)
    let seconds = trainer.training.seconds
    #expect(seconds.steps > 0 && seconds.forward == 0 && seconds.update == 0)
    #expect(trainer.training.memory[.steps] > 0 && trainer.training.memory[.forward] == 0)
    #expect(lines.last?.contains("forward") == false)
  }
}
