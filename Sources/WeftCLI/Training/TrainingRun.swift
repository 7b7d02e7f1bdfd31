import Foundation
import Weft

/// One training from the command line: progress on the screen, a run folder that is kept up to date, a report.
struct TrainingRun<Task: TrainingTask> {
  let task: Task
  let options: TrainingOptions
  private let resumed: ResumedRun?

  /// - Parameter resumed: The run to go on with, if the options name one.
  init(_ task: Task, _ options: TrainingOptions, resumed: ResumedRun?) {
    (self.task, self.options, self.resumed) = (task, options, resumed)
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
  private var folder: RunFolder { RunFolder(options.resume ?? options.out ?? "runs/\(task.folderName)") }

  func run() throws {
    if let threads = options.threads ?? resumed?.manifest.host.threads { Threads.count = threads }
    try checkPlace()
    try folder.prepare()
    Interrupt.install()
    Random.seed(seed)
    let network = task.build()
    let data = try task.fingerprints()
    try resumed?.check(task.architecture, task.dataset, options, data: data)
    print(
      "\(task.architecture): \(network.parameterCount) parameters; \(shown(task.dataset)): \(task.amount); "
        + "\(epochs) epochs of \(steps) steps")
    let history = try options.profile.run { try train(network, data) }
    try finish(network, history)
  }

  /// A folder of something else is not replaced.
  private func checkPlace() throws {
    if resumed == nil, !folder.isReplaceable {
      throw CommandFailure("\(folder.path): a folder with other files stands there, and could not be replaced by a run")
    }
  }

  private func train(_ network: Task.Network, _ data: [String: DataFingerprint]) throws -> [EpochSummary] {
    let trainer = trainer(network)
    let log = healthLog
    trainer.extensions = [ProgressView(validation: task.checkName)] + (log.map { [$0] } ?? []) + task.extensions
    if let resumed {
      try trainer.resume(from: folder.checkpointsPath)
      announce(resumed, trainer.training)
    }
    let record = record(network, data, log)
    trainer.extensions.append(record)
    do {
      return try trainer.fit(
        DataLoader(task.train, batchSize: batchSize, shuffle: true, seed: seed, workers: task.workers),
        validation: DataLoader(task.check, batchSize: 500, workers: task.workers), epochs: epochs)
    } catch {
      if record.holdsRun { print("what is saved stays: --resume \(folder.path) goes on from there") }
      throw error
    }
  }

  /// Looks at gradients now and then: where it was asked for, and in trainings on data that nobody has tried before.
  private var healthLog: HealthLog? {
    if let every = options.health { return HealthLog(every: every) { print($0) } }
    return task.plan == nil ? nil : HealthLog(every: max(20, epochs * steps / 100))
  }

  private func record(
    _ network: Task.Network, _ data: [String: DataFingerprint], _ log: HealthLog?
  ) -> RunRecord {
    let manifest = resumed?.manifest ?? RunManifest(configuration(network), data: data, git: GitState.current)
    return RunRecord(
      folder, manifest, isResumed: resumed != nil, everySteps: options.saveEvery, keepLast: options.keep,
      validation: task.checkName, files: [task.plan?.file, log.map { .health($0) }].compactMap { $0 })
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
    settings.isRecorded = options.recorded
    return task.trainer(network, AdamW(network.parameters(), learningRate: peak), settings)
  }

  private func announce(_ resumed: ResumedRun, _ training: Training) {
    let place = training.epoch > epochs ? "the last" : "in epoch \(training.epoch) of \(epochs)"
    print("going on after step \(training.step), \(place)")
    let differences = resumed.differences(from: .current)
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
