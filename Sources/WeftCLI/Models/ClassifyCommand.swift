import ArgumentParser
import Foundation
import Weft
import WeftModels

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Say of which class texts are, by a model of a Hugging Face folder.",
    discussion: "With --tokens, finds the parts of texts that are of a class, as names and places.")

  @OptionGroup var given: TextArguments
  @Option(help: "How many classes of each text to print, the likeliest first.")
  var top = 3
  @Flag(help: "Find parts of texts instead.")
  var tokens = false

  func validate() throws {
    if top < 1 { throw ValidationError("--top takes a number from 1.") }
  }

  func run() throws {
    let texts = try given.read()
    let results = try tokens ? spans(texts) : classes(texts)
    for (text, lines) in zip(texts, results) {
      if texts.count > 1 { print(shown(text)) }
      for line in lines { print(texts.count > 1 ? "  \(line)" : line) }
    }
  }

  private func classes(_ texts: [String]) throws -> [[String]] {
    try TextClassifier(from: given.folder).classify(texts, top: top).map { scores in
      scores.map { "\(String(format: "%.4f", Double($0.score)))  \(shown($0.label))" }
    }
  }

  private func spans(_ texts: [String]) throws -> [[String]] {
    try TokenClassifier(from: given.folder).spans(in: texts).map { spans in
      spans.map { span in
        let place = "\(span.range.lowerBound)..<\(span.range.upperBound)"
        return "\(String(format: "%.4f", Double(span.score)))  \(shown(span.label))  \(shown(span.text))  \(place)"
      }
    }
  }
}
