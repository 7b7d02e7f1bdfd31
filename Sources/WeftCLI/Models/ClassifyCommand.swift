import ArgumentParser
import Foundation
import Weft
import WeftModels

struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Say of which class texts or pictures are, by a model of a Hugging Face folder.",
    discussion: """
      With --tokens, finds the parts of texts that are of a class, as names and places. With --label, a model of \
      pictures and texts, as CLIP, says which of the labels fit a picture.
      """)

  @OptionGroup var given: TextArguments
  @Option(help: "How many classes of each text or picture to print, the likeliest first.")
  var top = 3
  @Option(name: .customLong("label"), help: "What may be seen in pictures, once for each label.")
  var labels: [String] = []
  @OptionGroup var weights: WeightOption
  @OptionGroup var adapter: AdapterOption
  @Flag(help: "Find parts of texts instead.")
  var tokens = false

  func validate() throws {
    if top < 1 { throw ValidationError("--top takes a number from 1.") }
    if tokens, !labels.isEmpty { throw ValidationError("--tokens is for texts, --label for pictures.") }
  }

  func run() throws {
    let texts = try given.read()
    let results = try results(of: texts, ModelFolder(given.folder))
    for (text, lines) in zip(texts, results) {
      if texts.count > 1 { print(shown(text)) }
      for line in lines { print(texts.count > 1 ? "  \(line)" : line) }
    }
  }

  private func results(of texts: [String], _ folder: ModelFolder) throws -> [[String]] {
    if try folder.readsImages {
      if tokens { throw CommandFailure("--tokens: expected a model of texts, found one of pictures") }
      return try pictures(texts, folder).map { lines(of: $0) }
    }
    if !labels.isEmpty { throw CommandFailure("--label: expected a model of pictures and texts, found one of texts") }
    if tokens { return try spans(texts, folder) }
    let classifier = try TextClassifier(from: folder)
    try prepare(classifier.model)
    return try classifier.classify(texts, top: top).map { lines(of: $0) }
  }

  private func pictures(_ paths: [String], _ folder: ModelFolder) throws -> [[LabelScore]] {
    if labels.isEmpty {
      let classifier = try ImageClassifier(from: folder)
      try prepare(classifier.model)
      return try PictureFiles.inBatches(paths) { try classifier.classify($0, top: top) }
    }
    let classifier = try ZeroShotImageClassifier(from: folder)
    try prepare(classifier.model)
    let labels = try classifier.read(labels)
    return try PictureFiles.inBatches(paths) { try classifier.classify($0, among: labels, top: top) }
  }

  /// Weights in codes and an adapter beside them, where they were asked for.
  private func prepare(_ model: Module) throws {
    try weights.quantize(model, of: given.folder)
    try adapter.adapt(model)
  }

  private func lines(of scores: [LabelScore]) -> [String] {
    scores.map { "\(String(format: "%.4f", Double($0.score)))  \(shown($0.label))" }
  }

  private func spans(_ texts: [String], _ folder: ModelFolder) throws -> [[String]] {
    let classifier = try TokenClassifier(from: folder)
    try prepare(classifier.model)
    return try classifier.spans(in: texts).map { spans in
      spans.map { span in
        let place = "\(span.range.lowerBound)..<\(span.range.upperBound)"
        return "\(String(format: "%.4f", Double(span.score)))  \(shown(span.label))  \(shown(span.text))  \(place)"
      }
    }
  }
}
