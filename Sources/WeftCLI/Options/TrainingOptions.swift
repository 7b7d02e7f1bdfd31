import ArgumentParser

/// The options of every training.
struct TrainingOptions: ParsableArguments {
  @Option(help: "The folder for weights, metrics, curves and configuration.")
  var out: String?
  @Option(help: "How many times to go through the data.")
  var epochs: Int?
  @Option(help: "Samples per step.")
  var batchSize = 64
  @Option(help: "The highest learning rate of the one-cycle schedule.")
  var learningRate: Double?
  @Option(help: "Two runs with one seed are identical to the bit.")
  var seed: UInt64 = 7
  @Option(help: "The number of threads; by default what the machine grants.")
  var threads: Int?
  @Option(help: "float32, or bfloat16: products in bfloat16, parameters, losses and sums in float32.")
  var precision = Precision.float32
  @OptionGroup var profile: ProfileOption

  func validate() throws {
    if let epochs, !(1...1_000_000).contains(epochs) {
      throw ValidationError("--epochs takes a number from 1 through 1000000")
    }
    if !(1...1_000_000).contains(batchSize) {
      throw ValidationError("--batch-size takes a number from 1 through 1000000")
    }
    if let learningRate, !(learningRate > 0 && learningRate < 1e6) {
      throw ValidationError("--learning-rate takes a number above 0")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 through 1024")
    }
  }
}
