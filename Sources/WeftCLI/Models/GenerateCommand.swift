import ArgumentParser
import Foundation
import WeftModels

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Have a language model continue a text.",
    discussion: "A model that reads one text and writes another, such as T5, writes what follows the text.")

  @Argument(help: "A Hugging Face folder or a GGUF file.")
  var model: String
  @Argument(help: "The text to continue; - reads it from standard input.")
  var prompt: String
  @OptionGroup var options: GenerationOptions
  @OptionGroup var weights: WeightOption
  @OptionGroup var adapter: AdapterOption
  @OptionGroup var profile: ProfileOption

  func run() throws {
    try options.settings.check(vocabularySize: .max)
    if TextToTextGenerator.canOpen(model) {
      let generator = try TextToTextGenerator(from: model)
      try weights.quantize(generator.model, of: model)
      try adapter.adapt(generator.model)
      let writer = TextWriter(GenerationBatch(generator, limit: 1), options)
      let text = try givenText()
      let count = try generator.tokens(of: text).count
      try profile.run { _ = try writer.write(count) { try $0.add(following: text, of: generator, settings: $1) } }
    } else {
      let generator = try TextGenerator(
        from: model, quantization: weights.quantization, keepsBlocks: weights.keepsBlocks(of: model))
      try adapter.adapt(generator.model)
      let writer = TextWriter(GenerationBatch(generator, limit: 1), options)
      let tokens = try generator.tokens(of: try givenText())
      try profile.run { _ = try writer.write(tokens) }
    }
  }

  private func givenText() throws(CommandFailure) -> String {
    prompt == "-" ? try StandardInput.text() : prompt
  }
}

/// What is piped to the program.
enum StandardInput {
  /// All of it.
  ///
  /// - Throws: `CommandFailure` where it cannot be read, as a folder.
  static func bytes() throws(CommandFailure) -> [UInt8] {
    do { return Array(try FileHandle.standardInput.readToEnd() ?? Data()) } catch {
      throw CommandFailure(
        "standard input: expected bytes that can be read; found \(error.localizedDescription); pipe a text to it")
    }
  }

  /// All of it, without the line's end behind it.
  static func text() throws(CommandFailure) -> String {
    var text = String(decoding: try bytes(), as: UTF8.self)
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
