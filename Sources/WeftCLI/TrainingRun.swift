import Weft

/// One training from the command line: progress on the screen, a whole run folder after each epoch.
struct TrainingRun {
  let architecture: Architecture
  let dataset: String
  let train: LabeledImages
  let test: LabeledImages
  let options: TrainingOptions

  init(
    _ architecture: Architecture, dataset: String, train: LabeledImages, test: LabeledImages,
    _ options: TrainingOptions
  ) {
    self.architecture = architecture
    self.dataset = dataset
    self.train = train
    self.test = test
    self.options = options
  }

  private var epochs: Int { options.epochs ?? architecture.defaultEpochs }
  private var folder: RunFolder {
    let name = architecture.rawValue == dataset ? dataset : "\(dataset)-\(architecture.rawValue)"
    return RunFolder(options.out ?? "runs/\(name)")
  }

  func run() throws {
    if let threads = options.threads { Threads.count = threads }
    try folder.prepare()
    Interrupt.install()
    Random.seed(options.seed)
    let model = architecture.build()
    let steps = (train.count + options.batchSize - 1) / options.batchSize
    print(
      "\(architecture.rawValue): \(model.parameterCount) parameters; \(dataset): \(train.count) training and "
        + "\(test.count) test images; \(epochs) epochs of \(steps) steps")
    let history = try options.profile.run { try train(model, steps: steps) }
    finish(history)
  }

  private func train(_ model: Module, steps: Int) throws -> [EpochResult] {
    let peak = options.learningRate ?? architecture.peakLearningRate
    let configuration = RunConfiguration(
      architecture: architecture.rawValue, dataset: dataset, epochs: epochs, batchSize: options.batchSize,
      learningRate: peak, seed: options.seed, parameterCount: model.parameterCount,
      precision: options.precision.rawValue)
    var progress = ProgressBar(epochs: epochs, stepsPerEpoch: steps)
    var history: [EpochResult] = []
    do {
      try trainer(model, peak: peak, steps: steps).run(epochs: epochs) { event in
        switch event {
        case .epochBegan(let epoch): progress.beginEpoch(epoch)
        case .stepEnded(let samples, let loss, let accuracy):
          try Interrupt.check()
          progress.step(samples: samples, metrics: [("loss", loss), ("accuracy", accuracy)])
        case .epochEnded(let result):
          history.append(result)
          progress.endEpoch(metrics: [
            ("loss", result.trainLoss), ("accuracy", result.trainAccuracy), ("test", result.testAccuracy),
          ])
          try folder.write(model, configuration, history)
        }
      }
    } catch {
      progress.interrupt()
      throw error
    }
    return history
  }

  private func trainer(_ model: Module, peak: Double, steps: Int) -> Trainer {
    var settings = Trainer.Settings()
    settings.batchSize = options.batchSize
    settings.seed = options.seed
    settings.autocast = options.precision.autocast
    settings.schedule = Schedules.oneCycle(peak: peak, over: epochs * steps)
    let optimizer = AdamW(model.parameters(), learningRate: peak)
    return Trainer(model, optimizer, train: train, test: test, settings: settings)
  }

  private func finish(_ history: [EpochResult]) {
    guard let last = history.last else { return }
    let right = Int((last.testAccuracy * Double(test.count)).rounded())
    print("test accuracy \(percent(last.testAccuracy)): \(right) of \(test.count) right")
    print("run folder \(folder.path): model.safetensors, metrics.csv, curves.svg, config.json")
  }
}

/// A share as a percentage with two decimals.
func percent(_ share: Double) -> String {
  let hundredths = Int((share * 10_000).rounded())
  return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
}
