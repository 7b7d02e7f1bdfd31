import ArgumentParser
import Weft

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network: on data of your own, or on handwritten digits.",
    discussion: """
      A training can be stopped at any moment, in whatever way: the same command with --resume RUN in place of --out \
      goes on and ends with the same numbers to the bit. Ctrl-C (exit code 130) and SIGTERM (143) save before they end. \
      In the end a page on what came of it is written into the run's folder, report.html.
      """,
    subcommands: [TrainTable.self, TrainImages.self, TrainText.self, TrainDigits.self, TrainMNIST.self])
}

struct TrainDigits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digits", abstract: "A small convolutional network on the embedded handwritten digits.")

  @OptionGroup var options: TrainingOptions

  func run() throws {
    let task = LabeledImagesTask(network: .digits, dataset: "digits", train: Digits.train, check: Digits.test)
    try TrainingRun(task, options, resumed: options.resumedRun()).run()
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
    let resumed = try options.resumedRun()
    let task = LabeledImagesTask(
      network: model ?? resumed?.architecture ?? .cnn, dataset: "mnist", train: try MNIST.load(.train, from: data),
      check: try MNIST.load(.test, from: data))
    try TrainingRun(task, options, resumed: resumed).run()
  }
}
