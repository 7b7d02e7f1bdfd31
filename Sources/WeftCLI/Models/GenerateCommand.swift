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
  @OptionGroup var profile: ProfileOption

  func run() throws {
    let writer = try TextWriter(model, options)
    let text = prompt == "-" ? try StandardInput.text() : prompt
    _ = try profile.run { try writer.write(try writer.generator.tokens(of: text)) }
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
