import ArgumentParser
import Foundation
import WeftModels

struct ChatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat", abstract: "Talk with a language model.",
    discussion: """
      On a terminal each line is a message; an empty line, or the end of input, ends the conversation. Where input is \
      piped, all of it is one message.
      """)

  @Argument(help: "A Hugging Face folder or a GGUF file.")
  var model: String
  @Option(help: "What the model is told to be.")
  var system: String?
  @OptionGroup var options: GenerationOptions
  @OptionGroup var weights: WeightOption
  @OptionGroup var adapter: AdapterOption

  func run() throws {
    try options.settings.check(vocabularySize: .max)
    let generator = try TextGenerator(
      from: model, quantization: weights.quantization, keepsBlocks: weights.keepsBlocks(of: model))
    try adapter.adapt(generator.model)
    let writer = TextWriter(GenerationBatch(generator, limit: 1), options)
    var messages = system.map { [ChatMessage.system($0)] } ?? []
    while let message = try nextMessage(isFirst: !messages.contains { $0.role == "user" }) {
      messages.append(.user(message))
      messages.append(.assistant(try writer.write(try generator.tokens(of: messages))))
    }
  }

  /// What the user says next; nil at the end.
  private func nextMessage(isFirst: Bool) throws -> String? {
    guard isatty(STDIN_FILENO) == 1 else {
      let text = isFirst ? try StandardInput.text() : ""
      return text.isEmpty ? nil : text
    }
    try StandardOutput.write("> ")
    guard let line = readLine(), !line.isEmpty else { return nil }
    return line
  }
}
