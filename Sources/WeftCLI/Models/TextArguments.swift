import ArgumentParser
import Foundation
import Weft
import WeftModels

/// The folder of a model, and the texts, or files of pictures, that it is to read: on the command line or in a file.
struct TextArguments: ParsableArguments {
  @Argument(help: "The folder, with config.json, weights and a tokenizer, or preprocessor_config.json.")
  var folder: String
  @Argument(help: "The texts; for a model that reads pictures their files, PNG or JPEG.")
  var texts: [String] = []
  @Option(help: "A file with a text, or the path of a picture, a line; - for standard input.")
  var input: String?

  func validate() throws {
    if texts.isEmpty == (input == nil) {
      throw ValidationError("Give texts, or a file of them with --input; one of both.")
    }
  }

  func read() throws -> [String] { try input.map { try TextLines.read($0) } ?? texts }
}

/// Files of texts, one a line.
enum TextLines {
  /// - Parameter path: The file; `-` for standard input.
  static func read(_ path: String) throws -> [String] {
    let bytes = path == "-" ? try StandardInput.bytes() : try FileBytes(contentsOf: path).bytes
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw CommandFailure("\(path): expected text in UTF-8, found other bytes")
    }
    // By bytes: to Swift, the two of a line's end on Windows are one character, which is no line feed. Editors there also
    // put a mark before the first line.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self) }
  }
}

/// Pictures from files.
enum PictureFiles {
  /// What becomes of pictures, some at a time.
  static func inBatches<Result>(_ paths: [String], _ body: ([Image]) throws -> [Result]) throws -> [Result] {
    // So many as a model reads at a time are in memory. Transparency is passed over, as transformers does.
    let most = ImageBatches.most
    return try stride(from: 0, to: paths.count, by: most).flatMap { start in
      try body(paths[start..<min(start + most, paths.count)].map { try Image(contentsOf: $0, background: nil) })
    }
  }
}
