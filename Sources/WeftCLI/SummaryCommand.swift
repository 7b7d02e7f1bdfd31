import ArgumentParser
import Weft

struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary", abstract: "Show a network's layers, shapes and parameter counts.")

  @Argument(help: "digits, mlp, cnn or lstm.")
  var model: Architecture
  @Option(help: "Images per batch.")
  var batchSize = 1

  func validate() throws {
    if !(1...1 << 20).contains(batchSize) { throw ValidationError("--batch-size takes a number from 1") }
  }

  func run() throws {
    let network = model.build()
    print(try withTensorErrors { network.summary(input: Shape([batchSize] + model.imageShape.sizes)) })
  }
}
