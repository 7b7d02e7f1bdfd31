import Weft

/// A network on the characters of a text.
struct TextTask: TrainingTask {
  let textPlan: TextPlan
  let source: String?
  let dataset: String
  let folderName: String
  let train: TextWindows
  let check: TextWindows
  private let samples: TextSamples
  private let characterCount: Int

  init(_ file: String, _ text: String, _ plan: TextPlan, seed: UInt64) throws {
    (textPlan, source, dataset, folderName) = (plan, file, fileName(of: file), stem(of: file))
    let tokens = try plan.alphabet.indices(of: text)
    let kept = Int(Double(tokens.count) * plan.validation)
    train = try TextWindows(Array(tokens.dropLast(kept)), length: plan.length)
    check = try TextWindows(Array(tokens.suffix(kept)), length: plan.length)
    samples = TextSamples(CharacterWriter(alphabet: plan.alphabet), seed: seed)
    characterCount = tokens.count
  }

  var architecture: String { "text-\(textPlan.network.rawValue)" }
  var plan: RunPlan? { .text(textPlan) }
  var peakLearningRate: Double { textPlan.network == .lstm ? 5e-3 : 2e-3 }
  var extensions: [any TrainingExtension] { [samples] }
  var amount: String {
    "\(characterCount) characters, \(textPlan.alphabet.count) different ones; \(train.count) training and "
      + "\(check.count) validation windows of \(textPlan.length)"
  }

  func defaultEpochs(steps: Int) -> Int { Self.epochs(for: 1500, of: steps, within: 3...100) }
  func build() -> Module { textPlan.build() }

  func trainer(
    _ network: Module, _ optimizer: Optimizer, _ settings: TrainerSettings
  ) -> Trainer<Module, TextWindows.Batch> {
    var settings = settings
    settings.gradientNorm = 1
    return Trainer(network, optimizer, metrics: ["perplexity": Perplexity()], settings: settings) { network, batch in
      let logits = network(batch.inputs).flattened(through: 1)
      let targets = batch.targets.flattened()
      return StepOutput(
        loss: crossEntropy(logits, classIndices: targets), predictions: logits, targets: targets)
    }
  }

  func result(_ measures: Measures) -> String? {
    measures["perplexity"].map { "validation perplexity \(Amount.short($0)) a character" }
  }

  func findings(of network: Module) throws -> RunFindings {
    var findings = RunFindings(data: checkName)
    findings.texts = samples.texts
    return findings
  }
}
