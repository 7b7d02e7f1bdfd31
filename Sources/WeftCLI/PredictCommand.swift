import ArgumentParser
import Weft

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Ask a trained network: about an image, the rows of a table, a text.",
    discussion: """
      A run on images, digits among them, says what an image shows. A run on a table fills its column in for the \
      rows of another file with the same columns, as CSV. A run on a text goes on with the beginning that it is given.
      """)

  @Argument(help: "The run folder.")
  var folder: String
  @Argument(help: "An image, a CSV file, or the beginning of a text.")
  var input: String
  @Option(help: "The file to write the rows, or the text, to; left out, they are printed.")
  var output: String?
  @Option(help: "How many characters to write.")
  var count = 400
  @Option(help: "How daring a text is: 0 takes the likeliest character each time.")
  var temperature = 0.8
  @Option(help: "Another seed writes another text.")
  var seed: UInt64 = 7
  @OptionGroup var digit: DigitOptions

  func validate() throws {
    if !(0...1_000_000).contains(count) { throw ValidationError("--count takes a number from 0 through 1000000") }
    if !(temperature >= 0 && temperature <= 100) { throw ValidationError("--temperature takes a number from 0 to 100") }
  }

  func run() throws {
    guard let run = try OwnDataRun(folder) else { return try digit.run(folder, input) }
    switch run.network {
    case .table(let plan, let network): try give(try plan.predictions(for: input, by: network))
    case .images(let plan, let network):
      for entry in try plan.shares(of: input, by: network).prefix(3) {
        print("\(shown(entry.name))  \(percent(entry.share))")
      }
    case .text(let plan, let network):
      let writer = CharacterWriter(alphabet: plan.alphabet)
      let text = try writer.text(after: input, by: network, count: count, temperature: temperature, seed: seed)
      try give(input + text + "\n")
    }
  }

  private func give(_ text: String) throws {
    if let output { try AtomicFile.write(text, to: output) } else { print(text, terminator: "") }
  }
}
