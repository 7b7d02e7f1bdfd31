import Foundation
import Weft

/// One training from the command line: progress on the screen, a run folder that is kept up to date.
struct TrainingRun {
  let architecture: Architecture
  let dataset: String
  let train: LabeledImages
  let test: LabeledImages
  let options: TrainingOptions
  private let resumed: ResumedRun?

  init(
    _ architecture: Architecture, dataset: String, train: LabeledImages, test: LabeledImages,
    _ options: TrainingOptions
  ) throws {
    self.architecture = architecture
    self.dataset = dataset
    self.train = train
    self.test = test
    self.options = options
    resumed = try options.resume.map { try ResumedRun($0) }
  }

  private var epochs: Int { options.epochs ?? resumed?.configuration.epochs ?? architecture.defaultEpochs }
  private var batchSize: Int { options.batchSize ?? resumed?.configuration.batchSize ?? 64 }
  private var seed: UInt64 { options.seed ?? resumed?.configuration.seed ?? 7 }
  private var peak: Double {
    options.learningRate ?? resumed?.configuration.learningRate ?? architecture.peakLearningRate
  }
  private var precision: Precision {
    options.precision ?? resumed?.configuration.precision.flatMap { Precision(rawValue: $0) } ?? .float32
  }
  private var steps: Int { (train.count + batchSize - 1) / batchSize }
  private var folder: RunFolder {
    let name = architecture.rawValue == dataset ? dataset : "\(dataset)-\(architecture.rawValue)"
    return RunFolder(options.resume ?? options.out ?? "runs/\(name)")
  }

  func run() throws {
    if let threads = options.threads ?? resumed?.manifest.host.threads { Threads.count = threads }
    try checkPlace()
    try folder.prepare()
    Interrupt.install()
    Random.seed(seed)
    let model = architecture.build()
    let data = ["train": try DataFingerprint(of: train), "test": try DataFingerprint(of: test)]
    try resumed?.check(architecture, dataset, options, data: data)
    print(
      "\(architecture.rawValue): \(model.parameterCount) parameters; \(dataset): \(train.count) training and "
        + "\(test.count) test images; \(epochs) epochs of \(steps) steps")
    let history = try options.profile.run { try train(model, data) }
    finish(history)
  }

  /// A folder of something else is not replaced.
  private func checkPlace() throws {
    if resumed == nil, !folder.isReplaceable {
      throw CommandFailure("\(folder.path): a folder with other files stands there, and could not be replaced by a run")
    }
  }

  private func train(_ model: Module, _ data: [String: DataFingerprint]) throws -> [EpochSummary] {
    let trainer = trainer(model)
    if let resumed {
      try trainer.resume(from: folder.checkpointsPath)
      announce(resumed, trainer.training)
    }
    let manifest = resumed?.manifest ?? RunManifest(configuration(model), data: data, git: GitState.current)
    let record = RunRecord(
      folder, manifest, isResumed: resumed != nil, everySteps: options.saveEvery, keepLast: options.keep,
      validation: "test")
    trainer.extensions.append(record)
    do {
      return try trainer.fit(
        DataLoader(train, batchSize: batchSize, shuffle: true, seed: seed),
        validation: DataLoader(test, batchSize: 500), epochs: epochs)
    } catch {
      if record.holdsRun { print("what is saved stays: --resume \(folder.path) goes on from there") }
      throw error
    }
  }

  private func configuration(_ model: Module) -> RunConfiguration {
    RunConfiguration(
      architecture: architecture.rawValue, dataset: dataset, epochs: epochs, batchSize: batchSize, learningRate: peak,
      seed: seed, parameterCount: model.parameterCount, precision: precision.rawValue)
  }

  private func trainer(_ model: Module) -> Trainer<Module, LabeledBatch> {
    var settings = TrainerSettings()
    settings.autocast = precision.autocast
    settings.schedule = Schedules.oneCycle(peak: peak, over: epochs * steps)
    settings.isRecorded = options.recorded
    let optimizer = AdamW(model.parameters(), learningRate: peak)
    let trainer = Trainer(classifier: model, optimizer, classCount: train.classCount, settings: settings)
    trainer.extensions = [ProgressView(validation: "test")]
    if let every = options.health { trainer.extensions.append(GradientHealth(every: every) { print($0) }) }
    return trainer
  }

  private func announce(_ resumed: ResumedRun, _ training: Training) {
    let place = training.epoch > epochs ? "the last" : "in epoch \(training.epoch) of \(epochs)"
    print("going on after step \(training.step), \(place)")
    let differences = resumed.differences(from: .current)
    if !differences.isEmpty {
      print("not to the bit what it would have been: " + differences.joined(separator: ", "))
    }
  }

  private func finish(_ history: [EpochSummary]) {
    guard let accuracy = history.last?.validation?["accuracy"] else { return }
    // Of a checkpoint, that is of a file: it may be any number.
    if (0...1).contains(accuracy) {
      let right = Int((accuracy * Double(test.count)).rounded())
      print("test accuracy \(percent(accuracy)): \(right) of \(test.count) right")
    }
    print("run folder \(folder.path): model.safetensors, metrics.csv, curves.svg, config.json, manifest.json")
  }
}

/// A share as a percentage with two decimals.
func percent(_ share: Double) -> String {
  guard abs(share) < 1e12 else { return "-" }
  let hundredths = Int((share * 10_000).rounded())
  return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
}
