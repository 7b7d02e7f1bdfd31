import ArgumentParser
import Foundation
import Weft
import WeftModels

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Turn texts or pictures into vectors by a model of a Hugging Face folder.",
    discussion: """
      Prints a line of JSON for each text or picture, or a table of how alike they are. With --output, the vectors are \
      written as one NumPy array (.npy) or as lines of JSON (.jsonl).
      """)

  @OptionGroup var given: TextArguments
  @OptionGroup var weights: WeightOption
  @Option(help: "The file to write: .npy or .jsonl.")
  var output: String?
  @Option(help: "The folder's prompt of this name is put before each text, such as query.")
  var prompt: String?
  @Option(help: "How many of a vector's numbers to keep, for models that were trained for it.")
  var dimensions: Int?
  @OptionGroup var adapter: AdapterOption
  @Flag(help: "Print how alike the texts or pictures are instead of their vectors.")
  var similarity = false

  func validate() throws {
    if let output, !output.hasSuffix(".npy"), !output.hasSuffix(".jsonl") {
      throw ValidationError("The file to write ends in .npy or .jsonl.")
    }
    if similarity, output != nil { throw ValidationError("--similarity prints; it takes no --output.") }
  }

  func run() throws {
    let texts = try given.read()
    let (vectors, measure) = try vectors(of: texts, ModelFolder(given.folder))
    if similarity { return print(try table(of: vectors, measure, texts)) }
    guard let output else { return print(try lines(of: vectors, texts), terminator: "") }
    if output.hasSuffix(".npy") {
      try TensorFile.write([("vectors", vectors)], to: output, format: .numPy)
    } else {
      try AtomicFile.write(try lines(of: vectors, texts), to: output)
    }
    print("\(shown(output)): \(vectors.shape[0]) vectors of \(vectors.shape[1]) numbers")
  }

  private func vectors(of texts: [String], _ folder: ModelFolder) throws -> (Tensor, EmbeddingSimilarity) {
    guard try folder.readsImages else {
      let embedder = try TextEmbedder(from: folder)
      try weights.quantize(embedder.model, of: given.folder)
      try adapter.adapt(embedder.model.encoder)
      let vectors = try embedder.embed(
        texts, prompt: prompt.map { .named($0) } ?? .standard, dimensions: dimensions)
      return (vectors, embedder.similarityFunction)
    }
    if prompt != nil || dimensions != nil {
      throw CommandFailure("--prompt and --dimensions: expected a model of texts, found one of pictures")
    }
    let embedder = try ImageEmbedder(from: folder)
    try weights.quantize(embedder.model, of: given.folder)
    try adapter.adapt(embedder.model)
    let parts = try PictureFiles.inBatches(texts) { [try embedder.embed($0)] }
    return (parts.isEmpty ? Tensor(zeros: [0, embedder.dimension]) : concatenated(parts), .cosine)
  }

  private struct Line: Encodable {
    let text: String
    let embedding: [Float]
  }

  private func lines(of vectors: Tensor, _ texts: [String]) throws -> String {
    let (numbers, width) = (vectors.scalars(as: Float.self), vectors.shape[1])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var result = ""
    for (index, text) in texts.enumerated() {
      let line = Line(text: text, embedding: Array(numbers[index * width..<(index + 1) * width]))
      result += String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
    }
    return result
  }

  private func table(of vectors: Tensor, _ measure: EmbeddingSimilarity, _ texts: [String]) throws -> String {
    let numbers = try withTensorErrors {
      let likeness = measure(vectors, vectors)
      try checkTensorErrors()
      return likeness.scalars(as: Double.self)
    }
    let rows = texts.enumerated().map { index, text in
      let row = numbers[index * texts.count..<(index + 1) * texts.count]
      return row.map { String(format: "%6.3f", $0) }.joined(separator: " ") + "  " + shown(text)
    }
    return rows.joined(separator: "\n")
  }
}
