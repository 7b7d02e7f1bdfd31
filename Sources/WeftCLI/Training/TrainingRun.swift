import Foundation
import Weft
import WeftMPI

/// One training from the command line: progress on the screen, a run folder that is kept up to date, a report.
struct TrainingRun<Task: TrainingTask> {
  let task: Task
  let options: TrainingOptions
  private let resumed: ResumedRun?
  private let folder: RunFolder

  /// - Parameter resumed: The run to go on with, if the options name one.
  init(_ task: Task, _ options: TrainingOptions, resumed: ResumedRun?) {
    (self.task, self.options, self.resumed) = (task, options, resumed)
    let named = (options.resume ?? options.out).map { RunFolder($0) }
    folder = named ?? RunFolder.free(near: "runs/\(task.folderName)")
  }

  private var epochs: Int {
    options.epochs ?? resumed?.configuration.epochs ?? task.defaultEpochs(steps: steps)
  }
  private var batchSize: Int { options.batchSize ?? resumed?.configuration.batchSize ?? 64 }
  private var seed: UInt64 { options.seed(resumed) }
  private var peak: Double {
    options.learningRate ?? resumed?.configuration.learningRate ?? task.peakLearningRate
  }
  private var precision: Precision {
    options.precision ?? resumed?.configuration.precision.flatMap { Precision(rawValue: $0) } ?? .float32
  }
  private var steps: Int { (task.train.count + batchSize - 1) / batchSize }
  private var isRecorded: Bool { options.recorded || resumed?.manifest.options?.isRecorded ?? false }

  func run() throws { try options.ranks.run { try run(among: $0) } }

  private func run(among ranks: Communicator) throws {
    if let resumed, let words = Rounding.takeUp(resumed.manifest.host.isDeterministic), ranks.isWriter { print(words) }
    if let threads = options.threads ?? resumed?.manifest.host.threads {
      Threads.count = threads
    } else {
      ranks.shareThreads()
    }
    if ranks.isWriter {
      try checkPlace()
      try folder.prepare()
    }
    Interrupt.install()
    Random.seed(seed)
    let network = task.build()
    let data = try task.fingerprints()
    try resumed?.check(task.architecture, task.dataset, options, data: data)
    try checkSame(network, data, ranks)
    if ranks.isWriter { announce(network, ranks) }
    let history = try options.profile.run { try train(network, data, ranks) }
    if ranks.isWriter { try finish(network, history) }
  }

  private func announce(_ network: Task.Network, _ ranks: Communicator) {
    let share = ranks.size == 1 ? "" : "; \(ranks.size) ranks of \(Threads.count) threads"
    print(
      "\(task.architecture): \(network.parameterCount) parameters; \(shown(task.dataset)): \(task.amount); "
        + "\(epochs) epochs of \(steps) steps\(share)")
  }

  /// Before anything is written: ranks that were started with other options, or read other files, would learn together all
  /// the same.
  private func checkSame(
    _ network: Task.Network, _ data: [String: DataFingerprint], _ ranks: Communicator
  ) throws {
    guard ranks.size > 1 else { return }
    let (made, asked) = (configuration(network), runOptions)
    let facts: [(name: String, value: String)] = [
      ("model", made.architecture), ("dataset", shown(made.dataset)), ("--epochs", "\(made.epochs)"),
      ("--batch-size", "\(made.batchSize)"), ("--learning-rate", "\(made.learningRate)"),
      ("--seed", "\(made.seed)"), ("--precision", made.precision ?? "none"),
      ("number of parameters", "\(made.parameterCount)"),
      ("--save-every", asked.saveEvery.map { "\($0)" } ?? "none"), ("--health", asked.health.map { "\($0)" } ?? "none"),
      ("--recorded", "\(asked.isRecorded)"), ("--sync-batch-norm", "\(asked.synchronizesBatchNorm)"),
      ("--share-optimizer", "\(asked.sharesOptimizer)"), ("--resume", options.resume ?? "none"),
    ]
    let sums = data.sorted { $0.key < $1.key }.map { name, fingerprint in
      (name: "\(name) data", value: "\(fingerprint.count) samples of the sum \(fingerprint.checksum)")
    }
    try SharedFacts(facts + sums).check(for: "weft train") { try ranks.gather($0, name: "what is trained") }
  }

  /// A folder of something else is not replaced, and another run only where that is asked for.
  private func checkPlace() throws {
    if resumed == nil, !folder.isReplaceable {
      throw CommandFailure("\(folder.path): a folder with other files stands there, and could not be replaced by a run")
    }
    if resumed == nil, !options.replace, folder.exists {
      throw CommandFailure(
        "\(folder.path): a run stands there; --resume \(folder.path) goes on with it, --replace puts this one in its place"
      )
    }
  }

  private func train(
    _ network: Task.Network, _ data: [String: DataFingerprint], _ ranks: Communicator
  ) throws -> [EpochSummary] {
    let trainer = trainer(network)
    trainer.replicas = try DataParallel(network, ranks, settings: replicaSettings)
    let log = healthLog(ranks)
    trainer.extensions = log.map { [$0] } ?? []
    if ranks.isWriter { trainer.extensions += [ProgressView(validation: task.checkName)] + task.extensions }
    if let resumed {
      try trainer.resume(from: folder.checkpointsPath)
      if ranks.isWriter { announce(resumed, trainer.training, ranks) }
    }
    let record = record(network, data, log, ranks)
    trainer.extensions.append(record)
    do {
      let history = try trainer.fit(
        DataLoader(task.train, batchSize: batchSize, shuffle: true, seed: seed, workers: task.workers),
        validation: DataLoader(task.check, batchSize: 500, workers: task.workers), epochs: epochs)
      if ranks.isWriter { tell(trainer.training) }
      return history
    } catch {
      if record.holdsRun, ranks.isWriter { print("what is saved stays: --resume \(folder.path) goes on from there") }
      throw error
    }
  }

  /// What the training took, phase by phase: where a slow or large one can be mended.
  private func tell(_ training: Training) {
    guard training.seconds.steps > 0 else { return }
    let phases = training.seconds.text { NumberText.fixed($0, 2) + " s" }
    let held = [TrainingPhase.loading, .forward, .backward, .update, .steps, .validation]
    let most = held.max { training.memory[$0] < training.memory[$1] } ?? .steps
    print("\(phases); tensors held \(ProgressView.memory(training.memory[most])) at most, in \(most)")
  }

  /// Looks at gradients now and then: where it was asked for, and in trainings on data that nobody has tried before.
  private func healthLog(_ ranks: Communicator) -> HealthLog? {
    if let every = options.health ?? resumed?.manifest.options?.health {
      return HealthLog(every: every) { if ranks.isWriter { print($0) } }
    }
    return task.plan == nil ? nil : HealthLog(every: max(20, epochs * steps / 100))
  }

  private func record(
    _ network: Task.Network, _ data: [String: DataFingerprint], _ log: HealthLog?, _ ranks: Communicator
  ) -> RunRecord {
    var manifest = resumed?.manifest ?? RunManifest(configuration(network), data: data, git: GitState.current)
    manifest.options = runOptions
    if resumed == nil, ranks.size > 1 { manifest.host.ranks = ranks.size }
    return RunRecord(
      folder, manifest, isResumed: resumed != nil, everySteps: runOptions.saveEvery, keepLast: runOptions.keep ?? 2,
      validation: task.checkName, files: [task.plan?.file, log.map { .health($0) }].compactMap { $0 })
  }

  /// What was asked for, now or when the run began.
  private var runOptions: RunOptions {
    let known = resumed?.manifest.options
    var all = RunOptions()
    // From the root: a run may go on from another folder.
    all.source = task.source.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    all.saveEvery = options.saveEvery ?? known?.saveEvery
    all.keep = options.keep ?? known?.keep
    all.health = options.health ?? known?.health
    all.isRecorded = isRecorded
    all.synchronizesBatchNorm = options.ranks.syncBatchNorm || known?.synchronizesBatchNorm ?? false
    all.sharesOptimizer = options.ranks.shareOptimizer || known?.sharesOptimizer ?? false
    return all
  }

  private var replicaSettings: DataParallel.Settings {
    var settings = DataParallel.Settings()
    settings.synchronizesBatchNorm = runOptions.synchronizesBatchNorm
    settings.sharesOptimizer = runOptions.sharesOptimizer
    return settings
  }

  private func configuration(_ network: Task.Network) -> RunConfiguration {
    RunConfiguration(
      architecture: task.architecture, dataset: task.dataset, epochs: epochs, batchSize: batchSize,
      learningRate: peak, seed: seed, parameterCount: network.parameterCount, precision: precision.rawValue)
  }

  private func trainer(_ network: Task.Network) -> Trainer<Task.Network, Task.Samples.Batch> {
    var settings = TrainerSettings()
    settings.autocast = precision.autocast
    settings.schedule = Schedules.oneCycle(peak: peak, over: epochs * steps)
    settings.isRecorded = isRecorded
    return task.trainer(network, AdamW(network.parameters(), learningRate: peak), settings)
  }

  private func announce(_ resumed: ResumedRun, _ training: Training, _ ranks: Communicator) {
    let place = training.epoch > epochs ? "the last" : "in epoch \(training.epoch) of \(epochs)"
    print("going on after step \(training.step), \(place)")
    let differences = resumed.differences(from: .current, ranks: ranks.size)
    if !differences.isEmpty {
      print("not to the bit what it would have been: " + differences.joined(separator: ", "))
    }
  }

  /// What the training came to, and its report. The run itself is whole before: whatever ends this, it stays.
  private func finish(_ network: Task.Network, _ history: [EpochSummary]) throws {
    if let measures = history.last?.validation, let result = task.result(measures) { print(result) }
    try folder.write(try task.findings(of: network))
    try RunReport([folder]).write(to: folder.reportPath)
    print(
      "run folder \(folder.path): model.safetensors, metrics.csv, curves.svg, config.json, manifest.json, report.html")
  }
}

/// A share as a percentage with two decimals.
func percent(_ share: Double) -> String {
  guard abs(share) < 1e12 else { return "-" }
  let hundredths = Int((share * 10_000).rounded())
  return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
}
