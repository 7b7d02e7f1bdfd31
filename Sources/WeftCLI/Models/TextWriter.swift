import Foundation
import Weft
import WeftModels

/// Has a model write texts to standard output, as they come.
final class TextWriter {
  private let options: GenerationOptions
  // Kept from text to text: what a conversation's turns have in common is read once.
  private let batch: GenerationBatch

  init(_ batch: GenerationBatch, _ options: GenerationOptions) { (self.batch, self.options) = (batch, options) }

  /// Writes what continues a prompt, and gives it.
  func write(_ prompt: [Int]) throws -> String {
    try write(prompt.count) { try $0.add(prompt, settings: $1) }
  }

  /// Writes a text, and gives it.
  ///
  /// - Parameters:
  ///   - readCount: How many tokens are read for it.
  ///   - add: Adds it to the batch.
  func write(_ readCount: Int, _ add: (GenerationBatch, GenerationSettings) throws -> Int) throws -> String {
    let clock = ContinuousClock()
    let start = clock.now
    var (text, count, first) = ("", 0, start)
    _ = try add(batch, options.settings)
    while !batch.isEmpty {
      for token in try batch.step() {
        if count == 0 { first = clock.now }
        count += 1
        text += token.text
        try StandardOutput.write(token.text)
      }
    }
    try StandardOutput.write("\n")
    if options.stats { report(readCount, first - start, count, clock.now - first) }
    return text
  }

  private func report(_ read: Int, _ reading: Duration, _ written: Int, _ writing: Duration) {
    func speed(_ count: Int, _ time: Duration) -> String {
      count > 0 ? String(format: "%.1f", Double(count) / max(time / .seconds(1), 1e-9)) : "0"
    }
    let text =
      "\(read) tokens read (\(speed(read, reading)) a second), \(written) written"
      + " (\(speed(written - 1, writing)) a second)\n"
    ProgressOutput.standardError.write(text)
  }
}

/// Where the program's answers go.
enum StandardOutput {
  /// - Throws: `CommandFailure` where nothing more can be written, as to a full disk.
  static func write(_ text: String) throws(CommandFailure) {
    do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
      throw refusal(error.localizedDescription)
    }
  }

  /// Writes what `print` has kept back.
  /// - Throws: `CommandFailure` where it cannot be written.
  static func finish() throws(CommandFailure) {
    guard fflush(nil) == 0 else { throw refusal(String(cString: strerror(errno))) }
  }

  private static func refusal(_ found: String) -> CommandFailure {
    CommandFailure("standard output: expected room for the text; found \(found); write it elsewhere")
  }
}
