import ArgumentParser
import Foundation
import Weft
import WeftModels
import WeftTune

struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune", abstract: "Train an embedder or a reranker of a Hugging Face folder on pairs of texts.",
    discussion: """
      The pairs stand in a table (.csv, .tsv) or in lines of JSON (.jsonl), in columns that are called as usual (query and \
      document, anchor, positive and negative, sentence1, sentence2 and score) or named by options.

      contrastive: the first text of each pair is to find the second among those of its batch, and among negatives.
      cosine: the likeness of the two texts' vectors is to be the pair's score.
      binary, regression: a model that reads both texts at once, a reranker, is to give the pair's score.

      A tuning can be stopped at any moment: the same words with --resume go on from its last checkpoint and end with \
      the same numbers. Ctrl-C (exit code 130) and SIGTERM (143) save before they end. Checkpoints stand beside the \
      folder to write, in OUTPUT.checkpoints, until that is written.
      """)

  /// What is learned.
  enum Loss: String, ExpressibleByArgument, CaseIterable { case contrastive, cosine, binary, regression }

  @Argument(help: "The folder, with config.json, weights and a tokenizer.")
  var folder: String
  @OptionGroup var given: PairOptions
  @OptionGroup var lora: LoRAOptions
  @Option(name: [.short, .long], help: "The folder to write.")
  var output: String
  @Option(help: "What is learned: contrastive, cosine, binary or regression.")
  var loss = Loss.contrastive
  @Option(help: "How often all pairs are seen.")
  var epochs = 1
  @Option(
    help: "How many pairs an update is made of; of a contrastive one each is the others' example of what is wrong.")
  var batchSize = 32
  @Option(
    help: "The highest learning rate, after a tenth of the steps; 2e-5, or 5e-4 of adapters, where none is given.")
  var learningRate: Double?
  @Option(help: "Where texts are cut off, in tokens.")
  var maxLength: Int?
  @Option(help: "What the order of pairs, dropout and new weights follow from.")
  var seed: UInt64 = 7

  @Option(help: "Write a checkpoint every so many steps, beside those of each epoch and every ten minutes.")
  var saveEvery: Int?
  @Flag(help: "Go on with this tuning after a stop; all other words stay the same.")
  var resume = false

  func validate() throws {
    if let saveEvery, !TrainingOptions.intervals.contains(saveEvery) {
      throw ValidationError("--save-every takes a number from 1.")
    }
    guard TrainingOptions.counts.contains(epochs), TrainingOptions.counts.contains(batchSize) else {
      throw ValidationError("--epochs and --batch-size take numbers from 1 to \(TrainingOptions.counts.upperBound).")
    }
    guard given.scale.isFinite, given.scale > 0 else { throw ValidationError("--scale takes a number above 0.") }
    if let learningRate, !(learningRate.isFinite && learningRate > 0) {
      throw ValidationError("--learning-rate takes a number above 0.")
    }
    if let maxLength, maxLength < 1 { throw ValidationError("--max-length takes a number from 1.") }
  }

  func run() throws {
    Interrupt.install()
    Random.seed(seed)
    let pairs = try given.read()
    guard pairs.count > 0 else { throw CommandFailure("\(given.pairs): expected at least one pair, found none") }
    let checks = try given.readChecks()
    try prepareOutput()
    let lock = try RunLock(output)
    defer { withExtendedLifetime(lock) {} }
    try check(pairs, of: given.pairs)
    var stopped = try stoppedTuning(pairs)
    try stopped.check(isResumed: resume)
    try stopped.begin()
    var isOver = false
    defer { stopped.remove(isOver: isOver) }
    try tune(pairs, checks)
    isOver = true
  }

  private func stoppedTuning(_ pairs: TextPairs) throws -> StoppedTuning {
    StoppedTuning(
      output: output,
      settings: StoppedTuning.Settings(
        loss: loss.rawValue, epochs: epochs, batchSize: batchSize, learningRate: learningRate, maxLength: maxLength,
        seed: seed, scale: given.scale, rank: lora.rank, alpha: lora.alpha, dropout: lora.dropout,
        targets: lora.targets, pairs: StoppedTuning.sum(of: pairs), model: try StoppedTuning.sum(ofModel: folder)))
  }

  private func tune(_ pairs: TextPairs, _ checks: TextPairs?) throws {
    switch loss {
    case .contrastive: try tuneEmbedder(pairs, checks, .contrastive(scale: given.scale))
    case .cosine: try tuneEmbedder(pairs, checks, .cosine)
    case .binary: try tuneReranker(pairs, checks, .binary)
    case .regression: try tuneReranker(pairs, checks, .regression)
    }
  }

  /// Scores that the loss cannot learn, or would not look at.
  private func check(_ pairs: TextPairs, of file: String) throws {
    let (range, hint): (ClosedRange<Float>, String)
    switch loss {
    case .contrastive: (range, hint) = (1...1, "which belong together; --loss cosine learns how alike they are")
    case .cosine: (range, hint) = (-1...1, "of likeness")
    case .binary: (range, hint) = (0...1, "of probability; --loss regression learns others")
    case .regression: return
    }
    guard let scores = pairs.scores, let row = scores.firstIndex(where: { !range.contains($0) }) else { return }
    let wanted = loss == .contrastive ? "pairs of score 1, " : "scores of \(range.lowerBound) to \(range.upperBound), "
    throw CommandFailure("\(shown(file)): expected \(wanted)\(hint); found \(scores[row]) in pair \(row + 1)")
  }

  /// Sees that the folder can be written, before hours of work depend on it, and that nobody loses one.
  private func prepareOutput() throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
    if !names.isEmpty { throw CommandFailure("\(shown(output)): expected a new or empty folder, found one with files") }
    try RunFolder(output).prepare()
  }

  private func tuneEmbedder(_ pairs: TextPairs, _ checks: TextPairs?, _ loss: EmbeddingLoss) throws {
    let embedder = try TextEmbedder(from: folder, maxLength: maxLength)
    let learner = try Learner(embedder.model, adapting: embedder.model.encoder, lora)
    let trainer = Trainer(tuning: embedder, optimizer(learner), loss: loss, settings: settings(pairs.count))
    try fit(trainer, embedder.dataset(of: pairs), checks.map { embedder.dataset(of: $0) })
    try learner.finish(lora, folder, output) { try embedder.save(to: output) }
  }

  private func tuneReranker(_ pairs: TextPairs, _ checks: TextPairs?, _ loss: RerankerLoss) throws {
    let reranker = try opened()
    let learner = try Learner(reranker.model, adapting: reranker.model, lora, keeping: reranker.headNames)
    let trainer = Trainer(tuning: reranker, optimizer(learner), loss: loss, settings: settings(pairs.count))
    try fit(trainer, reranker.dataset(of: pairs), checks.map { try reranker.dataset(of: $0) })
    try learner.finish(lora, folder, output) {
      try reranker.save(to: output, activation: loss == .regression ? .identity : nil)
    }
  }

  /// The folder's reranker, or its encoder with a new head where it has none of one score.
  private func opened() throws -> Reranker {
    do { return try Reranker(from: folder, maxLength: maxLength) } catch let error as ModelError {
      guard error.code == .unsupported || error.code == .weights else { throw error }
      ProgressOutput.standardError.write("a new head begins to learn: \("\(error)".onOneLine)\n")
      return try Reranker(newFrom: folder, maxLength: maxLength)
    }
  }

  private func optimizer(_ learner: Learner) -> Optimizer {
    AdamW(learner.parameters, learningRate: learningRate ?? lora.standardRate, weightDecay: 0)
  }

  private func settings(_ count: Int) -> TrainerSettings {
    var settings = TrainerSettings()
    let steps = (count + batchSize - 1) / batchSize * epochs
    settings.schedule = Schedules.oneCycle(
      from: 0, peak: learningRate ?? lora.standardRate, to: 0, over: max(2, steps), rising: 0.1, along: .linear)
    settings.gradientNorm = 1
    return settings
  }

  private func fit<Model: Module, Data: Dataset>(
    _ trainer: Trainer<Model, Data.Batch>, _ data: Data, _ checks: Data?
  ) throws {
    let place = StoppedTuning.path(output)
    trainer.extensions = [ProgressView(), Checkpoints(in: place, everySteps: saveEvery)]
    if resume, try trainer.resume(from: place) { print("going on after step \(trainer.training.step)") }
    let loader = DataLoader(data, batchSize: batchSize, shuffle: true, seed: seed)
    if let checks {
      try trainer.fit(loader, validation: DataLoader(checks, batchSize: batchSize), epochs: epochs)
    } else {
      try trainer.fit(loader, epochs: epochs)
    }
    trainer.model.eval()
  }
}
