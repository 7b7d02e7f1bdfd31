import ArgumentParser
import Weft

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network.",
    discussion: """
      A training can be stopped at any moment, in whatever way: the same command with --resume RUN in place of --out \
      goes on and ends with the same numbers to the bit. Ctrl-C (exit code 130) and SIGTERM (143) save before they end.
      """,
    subcommands: [TrainDigits.self, TrainMNIST.self])
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
  @Option(help: "mlp, cnn (where left out) or lstm (reads an image row by row).")
  var model: Architecture?
  @OptionGroup var options: TrainingOptions

  func validate() throws {
    if model == .digits { throw ValidationError("--model takes mlp, cnn or lstm") }
  }

  func run() throws {
    let resumed = try options.resume.map { try ResumedRun($0) }
    try TrainingRun(
      model ?? resumed?.architecture ?? .cnn, dataset: "mnist", train: MNIST.load(.train, from: data),
      test: MNIST.load(.test, from: data), options
    ).run()
  }
}
