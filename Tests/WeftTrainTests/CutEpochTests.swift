import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

/// Trainings of so many steps that end within an epoch, and go on.
@Suite struct CutEpochTests {
  private static let data = Digits.train.subset(Array(0..<70))
  private let check = DataLoader(Digits.train.subset(Array(70..<110)), batchSize: 16)
  /// Seven batches, the last of them smaller.
  private var loader: DataLoader<LabeledImages> {
    DataLoader(Self.data, batchSize: 11, shuffle: true, seed: 3)
  }

  /// What else a training may count: an average, a rate that falls at each bad epoch, an early stop.
  private func trainer(
    _ folder: TemporaryFolder? = nil, isRecorded: Bool = false
  ) -> Trainer<Sequential, LabeledBatch> {
    Random.seed(4)
    let model = Sequential {
      Flatten(); Linear(64, 12); BatchNorm1d(12); Dropout(0.2); Linear(12, 10)
    }
    let trainer = Trainer(classifier: model, Adam(model.parameters(), learningRate: 0.05), classCount: 10)
    (trainer.settings.accumulation, trainer.settings.isRecorded) = (2, isRecorded)
    trainer.average = WeightAverage(of: model, by: .exponential(decay: 0.9))
    trainer.extensions = [
      RateOnPlateau(PlateauSchedule(from: 0.05, factor: 0.5, patience: 0)), EarlyStopping(patience: 50),
    ]
    if let folder { trainer.extensions.append(Checkpoints(in: folder("c"))) }
    return trainer
  }

  private func bytes(_ trainer: Trainer<Sequential, LabeledBatch>) throws -> [String: [UInt8]] {
    let state = try trainer.state()
    var all = Dictionary(uniqueKeysWithValues: state.tensors.map { ($0.name, $0.tensor.withUnsafeBytes(Array.init)) })
    all["rest"] = Array("\(state.generator) \(state.cursor) \(state.notes)".utf8)
    return all
  }

  @Test(arguments: [[4], [1, 2, 6], [7], [3, 7, 12, 20]], [false, true])
  func aTrainingInPiecesEndsAsOneInASinglePiece(pieces: [Int], isRecorded: Bool) throws {
    try Random.withSeed(0) {
      let whole = trainer(isRecorded: isRecorded)
      try whole.fit(loader, validation: check, epochs: 3)
      let cut = trainer(isRecorded: isRecorded)
      for steps in pieces {
        let history = try cut.fit(loader, validation: check, steps: steps)
        #expect(cut.training.step == steps && history.last?.step == steps && history.last?.validation != nil)
        // What has ended is not ended once more.
        #expect(try cut.fit(loader, validation: check, steps: steps) == history)
      }
      try cut.fit(loader, validation: check, epochs: 3)
      #expect(cut.training.history == whole.training.history && cut.training.history.map(\.step) == [7, 14, 21])
      #expect(try bytes(cut) == bytes(whole))
    }
  }

  @Test(arguments: [1, 4, 7, 10]) func aCutTrainingIsResumedWithMoreSteps(first: Int) throws {
    try Random.withSeed(0) {
      let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
      let whole = trainer(folder)
      try whole.fit(loader, validation: check, steps: 18)
      #expect(whole.training.history.map(\.step) == [7, 14, 18])
      let begun = trainer(other)
      try begun.fit(loader, validation: check, steps: first)
      let resumed = trainer(other)
      #expect(try resumed.resume(from: other("c")) && resumed.training.step == first)
      #expect(resumed.training.history == begun.training.history)
      try resumed.fit(loader, validation: check, steps: 18)
      #expect(resumed.training.history == whole.training.history)
      #expect(try bytes(resumed) == bytes(whole))
    }
  }

  /// Nobody knows of a stream whether its epoch was over.
  @Test func aStreamThatWasCutGoesOn() throws {
    try Random.withSeed(0) {
      func stream() -> BatchStream<LabeledBatch> { BatchStream(loader) }
      let whole = trainer()
      try whole.fit(stream(), validation: BatchStream(check), epochs: 2)
      let cut = trainer()
      for steps in [5, 7, 9, 14] { try cut.fit(stream(), validation: BatchStream(check), steps: steps) }
      #expect(cut.training.history.map(\.step) == [7, 14])
      try cut.fit(stream(), validation: BatchStream(check), epochs: 2)
      #expect(try bytes(cut) == bytes(whole))
    }
  }

  /// A stop that the early end led to stands, and so does a rate that the program set meanwhile.
  @Test func whatTheProgramDecidedMeanwhileStands() throws {
    try Random.withSeed(0) {
      let stopped = trainer()
      stopped.onEvent { event, training in if case .epochEnded = event { training.stop(because: "enough") } }
      try stopped.fit(loader, steps: 3)
      try stopped.fit(loader, steps: 9)
      #expect(stopped.training.step == 3 && stopped.training.stopReason == "enough")
      let slowed = trainer()
      slowed.extensions = []
      try slowed.fit(loader, steps: 3)
      slowed.optimizer.learningRate = 0.001
      try slowed.fit(loader, steps: 4)
      #expect(slowed.optimizer.learningRate == 0.001 && slowed.training.history.map(\.step) == [4])
    }
  }

  /// An early stop that came of the cut is none once the epoch goes on; that of a whole epoch stands.
  @Test(arguments: [false, true]) func anEarlyStopAtTheCutIsTakenBack(isResumed: Bool) throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      func stopping() -> Trainer<Sequential, LabeledBatch> {
        let made = self.trainer()
        // No epoch is better than the first.
        made.extensions = [EarlyStopping(patience: 0, minimumChange: 1e9), Checkpoints(in: folder("c"))]
        return made
      }
      var trainer = stopping()
      try trainer.fit(loader, steps: 10)
      #expect(trainer.training.stopReason != nil)
      #expect(try trainer.fit(loader, steps: 10).map(\.step) == [7, 10])
      if isResumed {
        trainer = stopping()
        #expect(try trainer.resume(from: folder("c")))
      }
      #expect(try trainer.fit(loader, steps: 12).map(\.step) == [7, 12])
      for _ in 0..<2 { #expect(try trainer.fit(loader, steps: 20).map(\.step) == [7, 14]) }
      #expect(trainer.training.step == 14 && trainer.training.stopReason != nil)
    }
  }

  /// The file that was written at the cut may have taken the place of the best one of before.
  @Test func theBestCheckpointsAreThere() throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let trainer = trainer()
      let checkpoints = Checkpoints(in: folder("c"), keepLast: 1, best: .init("loss"))
      trainer.extensions = [checkpoints]
      try trainer.fit(loader, steps: 17)
      let best = checkpoints.bestPaths
      #expect(best.count == 1 && best.first?.hasSuffix("17.safetensors") == true, "\(best)")
      // All that follows is worse.
      trainer.optimizer.learningRate = 20
      for steps in [21, 30, 35] {
        try trainer.fit(loader, steps: steps)
        #expect(checkpoints.bestPaths == best)
        #expect(best.allSatisfy { FileManager.default.fileExists(atPath: $0) })
      }
      try checkpoints.restoreBest(to: trainer.model)
    }
  }

  /// Rates of groups are their own, whether the cut changed them or not.
  @Test(arguments: [false, true]) func ratesOfGroupsAreKept(isHalved: Bool) throws {
    try Random.withSeed(0) {
      let model = Sequential {
        Flatten(); Linear(64, 12); ReLU(); Linear(12, 10)
      }
      let optimizer = Adam(Array(model.parameters().prefix(2)), learningRate: 0.05)
      let frozen = optimizer.addGroup(Array(model.parameters().dropFirst(2)))
      frozen.learningRate = 0
      let trainer = Trainer(classifier: model, optimizer, classCount: 10)
      trainer.onEvent { event, training in
        if case .epochEnded = event, isHalved { training.optimizer.learningRate *= 0.5 }
      }
      var rates: [[Double]] = []
      trainer.onEvent { event, training in
        if case .stepEnded = event { rates.append(training.optimizer.groups.map(\.learningRate)) }
      }
      for steps in [3, 5, 7] { try trainer.fit(loader, steps: steps) }
      #expect(rates == Array(repeating: [0.05, 0], count: 7))
    }
  }

  /// Where an epoch of other data was, nobody can say.
  @Test func otherDataBeginsAnEpoch() throws {
    try Random.withSeed(0) {
      let trainer = trainer()
      let other = DataLoader(Digits.train.subset(Array(0..<30)), batchSize: 10)
      try trainer.fit(loader, steps: 3)
      let history = try trainer.fit(other, steps: 6)
      #expect(history.map(\.step) == [3, 6] && history.map(\.epoch) == [1, 2])
      #expect(history.map(\.train.sampleCount) == [33, 30])
    }
  }

  /// The curves and weights in a run's folder are those of the epoch as it ended, not as it was cut.
  @Test func aRunFolderTellsTheWholeEpoch() throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let trainer = trainer()
      let run = RunFolder(folder("run"))
      let configuration = RunConfiguration(
        architecture: "digits", dataset: "digits", epochs: 1, batchSize: 11, learningRate: 0.05, seed: 4,
        parameterCount: trainer.model.parameterCount)
      trainer.extensions.append(RunRecord(run, RunManifest(configuration, data: [:])))
      try trainer.fit(loader, validation: check, steps: 3)
      #expect(try String(contentsOfFile: run.metricsPath, encoding: .utf8).split(separator: "\n").count == 2)
      try trainer.fit(loader, validation: check, epochs: 1)
      let expected = MetricsCSV(trainer.training.history).text
      #expect(try String(contentsOfFile: run.metricsPath, encoding: .utf8) == expected)
      #expect(trainer.training.history.map(\.step) == [7])
    }
  }

  @Test func aFileThatOnlySaysThatItWasCutIsNoTrap() throws {
    try Random.withSeed(0) {
      let begun = trainer()
      try begun.fit(loader, steps: 3)
      let state = try begun.state()
      let note = try #require(state.notes["training"])
      for (old, new) in [
        ("\"history\":[{", "\"history\":[],\"unknown\":[{"), ("\"ratesBefore\":[0.05]", "\"ratesBefore\":[\"nan\"]"),
        ("\"ratesBefore\":[0.05]", "\"ratesBefore\":[-1]"),
      ] {
        var damaged = state
        damaged.notes["training"] = note.replacing(old, with: new)
        #expect(damaged.notes["training"] != note)
        let other = trainer()
        if new.contains("history") {
          try other.restore(damaged)
          #expect(try other.fit(loader, epochs: 1).map(\.step) == [7])
        } else {
          #expect(throws: TensorError.self) { try other.restore(damaged) }
        }
      }
    }
  }
}
