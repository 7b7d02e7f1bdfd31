import ArgumentParser

/// The options of every training.
struct TrainingOptions: ParsableArguments {
  @Option(help: "The folder for weights, metrics, curves and configuration; a free one in runs/ where left out.")
  var out: String?
  @Flag(help: "Put this run in the place of one that stands in the folder of --out.")
  var replace = false
  @Option(help: "How many times to go through the data.")
  var epochs: Int?
  @Option(help: "Samples per step, of all ranks together; 64 where left out.")
  var batchSize: Int?
  @Option(help: "The highest learning rate of the one-cycle schedule.")
  var learningRate: Double?
  @Option(help: "Two runs with one seed are identical to the bit; 7 where left out.")
  var seed: UInt64?
  @Option(help: "The number of threads; by default what the machine grants.")
  var threads: Int?
  @Option(help: "float32 (where left out), or bfloat16: products in bfloat16, parameters, losses and sums in float32.")
  var precision: Precision?
  @Option(
    help: ArgumentHelp(
      "Go on with a run that was stopped, exactly as it would have gone on; its options are taken from its folder.",
      valueName: "run"))
  var resume: String?
  @Option(help: "Write a checkpoint every so many steps, beside those of each epoch.")
  var saveEvery: Int?
  @Option(help: "How many checkpoints to keep; 2 where left out.")
  var keep: Int?
  @Flag(help: "Record steps as they run and replay them: the same numbers, sooner.")
  var recorded = false
  @Option(help: "Tell every so many steps how large gradients and updates are, and where a value is no number.")
  var health: Int?
  @OptionGroup var ranks: RankOptions
  @OptionGroup var profile: ProfileOption

  /// How many epochs there may be, and samples in a batch.
  static let counts = 1...1_000_000
  /// After how many steps something may be done, and how many files kept.
  static let intervals = 1...1_000_000_000
  static let threadCounts = 1...1024

  static let highestRate = 1e6
  static func isPossible(rate: Double) -> Bool { rate > 0 && rate < highestRate }

  func validate() throws {
    if let epochs, !Self.counts.contains(epochs) {
      throw ValidationError("--epochs takes a number from 1 through 1000000")
    }
    if let batchSize, !Self.counts.contains(batchSize) {
      throw ValidationError("--batch-size takes a number from 1 through 1000000")
    }
    if let learningRate, !Self.isPossible(rate: learningRate) {
      throw ValidationError("--learning-rate takes a number above 0 and below 1000000")
    }
    for (name, value) in [("save-every", saveEvery), ("keep", keep), ("health", health)] {
      if let value, !Self.intervals.contains(value) { throw ValidationError("--\(name) takes a number from 1") }
    }
    if resume != nil, out != nil { throw ValidationError("--resume names the folder already: leave --out out") }
    if resume != nil, replace { throw ValidationError("--resume goes on with a run: leave --replace out") }
    if let threads, !Self.threadCounts.contains(threads) {
      throw ValidationError("--threads takes a number from 1 through 1024")
    }
  }
}
