import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

/// What a run folder and a folder of checkpoints take the place of, and when.
@Suite struct RunRecordTests {
  private struct Stop: Error {}
  /// Four steps an epoch.
  private let loader = DataLoader(Digits.train.subset(Array(0..<64)), batchSize: 16)

  private func trainer() -> Trainer<Sequential, LabeledBatch> {
    let model = Random.withSeed(3) {
      Sequential {
        Flatten(); Linear(64, 10)
      }
    }
    return Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.1), classCount: 10)
  }

  private func record(_ folder: RunFolder, seed: UInt64 = 1, everySteps: Int? = nil) -> RunRecord {
    let configuration = RunConfiguration(
      architecture: "digits", dataset: "digits", epochs: 1, batchSize: 16, learningRate: 0.1, seed: seed,
      parameterCount: 650)
    return RunRecord(folder, RunManifest(configuration, data: [:]), everySteps: everySteps)
  }

  private func stop<Model, Batch>(_ trainer: Trainer<Model, Batch>, at step: Int) {
    trainer.onEvent { event, training in
      if case .settled = event, training.step == step { throw Stop() }
    }
  }

  /// A model of another program has a config.json, too.
  @Test(arguments: ["config.json", "notes"]) func aFolderOfSomethingElseStays(name: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder("model"), withIntermediateDirectories: true)
    try AtomicFile.write("{\"model_type\": \"bert\"}", to: folder("model/\(name)"))
    let trainer = trainer()
    trainer.extensions = [record(RunFolder(folder("model")), everySteps: 1)]
    #expect(throws: TensorError.self) { try trainer.fit(loader, epochs: 1) }
    #expect(TemporaryFolder.names(in: folder("model")) == [name] && trainer.training.step == 0)
  }

  /// Whatever ended the last one: its lock is not kept by who keeps the trainer.
  @Test func aTrainingThatFailedLeavesItsFolderToTheNext() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    let first = trainer()
    first.extensions = [record(run, everySteps: 1)]
    stop(first, at: 3)
    #expect(throws: Stop.self) { try first.fit(loader, epochs: 1) }
    #expect(!RunLock.isHeld(run.path))
    let next = trainer()
    next.extensions = [record(run, seed: 2)]
    try next.fit(loader, epochs: 1)
    #expect(try run.configuration().seed == 2)
    withExtendedLifetime(first) {}
  }

  @Test func aRunOverAnOlderOneIsSavedWithinItsFirstEpoch() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    let older = trainer()
    older.extensions = [record(run, seed: 1)]
    try older.fit(loader, epochs: 1)
    #expect(try run.manifest().ended != nil && run.configuration().seed == 1)

    let newer = trainer()
    newer.extensions = [record(run, seed: 2, everySteps: 2)]
    stop(newer, at: 3)
    #expect(throws: Stop.self) { try newer.fit(loader, epochs: 1) }
    #expect(try run.manifest().ended == nil && run.configuration().seed == 2)
    let latest = try #require(try Checkpoints.latest(in: run.checkpointsPath))
    #expect(latest.state.cursor == LoaderCursor(epoch: 0, batch: 2))
    #expect(Checkpoints.paths(in: run.checkpointsPath).count == 1)
  }

  @Test func aStopWithinAnEpochIsSavedBesideTheWeightsOfTheLastWholeOne() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    let trainer = trainer()
    trainer.extensions = [record(run)]
    var whole: [Tensor] = []
    trainer.onEvent { event, training in
      if case .epochEnded = event { whole = training.model.parameters().map(\.value) }
      if case .stepEnded = event, training.step == 6 { training.stop(because: "enough") }
    }
    #expect(try trainer.fit(loader, epochs: 5).count == 1)
    let latest = try #require(try Checkpoints.latest(in: run.checkpointsPath))
    #expect(latest.state.cursor == LoaderCursor(epoch: 1, batch: 2))
    let kept = self.trainer().model
    try kept.load(from: run.weightsPath)
    #expect(zip(whole, kept.parameters()).allSatisfy { $0.elementsEqual($1.value) } && whole.count == 2)
    #expect(!zip(whole, trainer.model.parameters()).allSatisfy { $0.elementsEqual($1.value) })
  }

  @Test func aTrainingThatBeginsAnewLeavesTheCheckpointsOfAnother() throws {
    let folder = try TemporaryFolder()
    let first = trainer()
    first.extensions = [Checkpoints(in: folder("c"))]
    try first.fit(loader, epochs: 2)
    let paths = Checkpoints.paths(in: folder("c"))
    let other = trainer()
    other.extensions = [Checkpoints(in: folder("c"), everySteps: 1, keepLast: 1)]
    #expect(throws: TensorError.self) { try other.fit(loader, epochs: 1) }
    #expect(Checkpoints.paths(in: folder("c")) == paths && paths.count == 2 && other.training.step == 0)
  }

  @Test func theOneJustWrittenStaysBesideDamagedNewerOnes() throws {
    let folder = try TemporaryFolder()
    let first = trainer()
    first.extensions = [Checkpoints(in: folder("c"), everySteps: 1, keepLast: 3)]
    try first.fit(loader, epochs: 1)
    let paths = Checkpoints.paths(in: folder("c"))
    #expect(paths.count == 3)
    for path in paths.suffix(2) { try AtomicFile.write([UInt8](), to: path) }

    let resumed = trainer()
    resumed.extensions = [Checkpoints(in: folder("c"), everySteps: 1, keepLast: 1)]
    stop(resumed, at: 3)
    #expect(try resumed.resume(from: folder("c")))
    #expect(resumed.training.step == 2)
    #expect(throws: Stop.self) { try resumed.fit(loader, epochs: 1) }
    #expect(try Checkpoints.latest(in: folder("c"))?.path == paths[1])
  }

  @Test func filesOfOnesOwnAmongCheckpointsStay() throws {
    let folder = try TemporaryFolder()
    let names = ["step-final.safetensors", "step-+000000001.safetensors", "step-1.safetensors"]
    for name in names { try AtomicFile.write("mine", to: folder(name)) }
    let trainer = trainer()
    trainer.extensions = [Checkpoints(in: folder.path, everySteps: 1, keepLast: 1)]
    try trainer.fit(loader, epochs: 1)
    #expect(Set(folder.names) == Set(names + ["step-0000000004.safetensors"]))
  }

  @Test func metricsThatWereDamagedAreTold() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder("run"))
    let trainer = trainer()
    trainer.extensions = [record(run)]
    try trainer.fit(loader, epochs: 2)
    let whole = StoredRun(run)
    #expect(whole.problem == nil && whole.rows.count == 2)
    let text = try String(contentsOfFile: run.metricsPath, encoding: .utf8)
    let cut = text.lastIndex(of: ",").map { String(text[..<$0]) } ?? ""
    for damaged in [cut, text.replacing("1,", with: "1x,"), text + "3,0.1\n"] {
      try AtomicFile.write(damaged, to: run.metricsPath)
      let problem = try #require(StoredRun(run).problem, "\(damaged)")
      #expect(problem.contains("metrics.csv") && problem.contains("numbers in line"), "\(problem)")
      #expect(throws: DataFileError.self) { try RunReport([run]).write(to: folder("report.html")) }
    }
    var quoted = MetricsCSV()
    quoted.append(["epoch": 1, "a, \"b\"": 0.5, "c": .nan])
    quoted.append(["epoch": 2, "late": -.infinity])
    try AtomicFile.write(quoted.text, to: run.metricsPath)
    let read = StoredRun(run)
    #expect(read.problem == nil && read.columns == ["epoch", "a, \"b\"", "c", "late"], "\(read.columns)")
    #expect(read.last("late") == -.infinity && read.values("a, \"b\"")?.first == 0.5)
  }

  /// All steps were taken, and the process ended while the validation data was measured.
  @Test func theLastEpochOfSoManyStepsIsNotLost() throws {
    let folder = try TemporaryFolder()
    let stopped = trainer()
    stopped.extensions = [Checkpoints(in: folder("c"), everySteps: 1)]
    stopped.onEvent { event, training in
      if case .validated = event, training.step == 6 { throw Stop() }
    }
    #expect(throws: Stop.self) { try stopped.fit(loader, validation: loader, steps: 6) }
    let resumed = trainer()
    #expect(try resumed.resume(from: folder("c")))
    #expect(try resumed.fit(loader, validation: loader, steps: 6).map(\.step) == [4, 6])
    // What has ended is not ended once more.
    #expect(try resumed.fit(loader, validation: loader, steps: 6).count == 2 && resumed.training.step == 6)
  }
}
