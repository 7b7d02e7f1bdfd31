import ArgumentParser
import Weft
import WeftTune

/// Which pairs a model learns from, and which columns of their file are what.
struct PairOptions: ParsableArguments {
  @Option(help: "The file of pairs: .csv, .tsv or .jsonl.")
  var pairs: String
  @Option(name: .customLong("validation"), help: "A file of pairs that are not learned from, to measure by.")
  var validation: String?
  @Option(help: "The column of first texts.")
  var first: String?
  @Option(help: "The column of second texts.")
  var second: String?
  @Option(help: "A column of texts that answer the first ones badly; may be given several times.")
  var negative: [String] = []
  @Option(help: "The column of scores.")
  var score: String?
  @Option(help: "What the likeness of vectors counts in the contrastive loss.")
  var scale = 20.0

  private var columns: PairColumns {
    PairColumns(first: first, second: second, negatives: negative.isEmpty ? nil : negative, score: score)
  }

  func read() throws -> TextPairs { try TextPairs(contentsOf: pairs, columns: columns) }

  func readChecks() throws -> TextPairs? { try validation.map { try TextPairs(contentsOf: $0, columns: columns) } }
}
