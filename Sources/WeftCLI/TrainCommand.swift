import ArgumentParser
import Weft

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network.", subcommands: [TrainDigits.self, TrainMNIST.self])
}

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

struct TrainDigits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digits", abstract: "A small convolutional network on the embedded handwritten digits.")

  @OptionGroup var options: TrainingOptions

  func run() throws {
    try TrainingRun(.digits, dataset: "digits", train: Digits.train, test: Digits.test, options).run()
  }
}

struct TrainMNIST: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mnist", abstract: "A network on the MNIST files in a folder.")

  @Option(help: "The folder with the four MNIST files, plain or gzipped.")
  var data: String
  @Option(help: "mlp, cnn or lstm (reads an image row by row).")
  var model: Architecture = .cnn
  @OptionGroup var options: TrainingOptions

  func validate() throws {
    if model == .digits { throw ValidationError("--model takes mlp, cnn or lstm") }
  }

  func run() throws {
    try TrainingRun(
      model, dataset: "mnist", train: MNIST.load(.train, from: data), test: MNIST.load(.test, from: data), options
    ).run()
  }
}
