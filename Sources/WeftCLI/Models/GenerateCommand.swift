import ArgumentParser
import Foundation
import WeftModels

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Have a language model continue a text.")

  @Argument(help: "A Hugging Face folder or a GGUF file.")
  var model: String
  @Argument(help: "The text to continue; - reads it from standard input.")
  var prompt: String
  @OptionGroup var options: GenerationOptions

  func run() throws {
    let writer = try TextWriter(model, options)
    let text = prompt == "-" ? StandardInput.text() : prompt
    _ = try writer.write(try writer.generator.tokens(of: text))
  }
}

/// What is piped to the program.
enum StandardInput {
  /// All of it, without the line's end behind it.
  static func text() -> String {
    var text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
