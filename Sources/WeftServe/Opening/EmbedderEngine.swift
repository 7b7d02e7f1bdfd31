import WeftModels
import WeftTensor
import WeftText

/// A `TextEmbedder`, served.
public struct EmbedderEngine: EmbeddingEngine {
  private let embedder: TextEmbedder
  private let texts: TextTokens
  public let dimension: Int
  public let vocabularySize: Int
  public let maximumTokens: Int
  public let prompts: [String]

  /// Serves an embedder, whose model is not to be changed any more.
  public init(_ embedder: TextEmbedder) {
    self.embedder = embedder
    dimension = embedder.dimension
    vocabularySize = embedder.model.encoder.vocabularySize
    maximumTokens = embedder.maxLength
    prompts = embedder.prompts.keys.sorted()
    texts = TextTokens(embedder.tokenizer, limit: embedder.maxLength)
  }

  public func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    try texts.tokens(of: text, addsSpecialTokens: addsSpecialTokens)
  }

  public func textBefore(prompt: String) throws -> String { embedder.prompts[prompt] ?? "" }

  public func sequence(of text: String, cut: TextCut) throws -> [Int] {
    try self.text(text, cut: cut, prompt: nil).ids
  }

  public func text(_ text: String, cut: TextCut, prompt: String?) throws -> TokenizedText {
    let given = prompt.map { EmbeddingPrompt.named($0) } ?? .standard
    let (before, count) = try refusingInputs { try embedder.text(of: given) }
    if case .none = cut {
      let whole = try texts.encode(before + text, cut: .none).ids
      if whole.count > maximumTokens { return TokenizedText(ids: whole) }
    }
    if case .beginning = cut {
      let whole = try texts.encode(before + text, cut: .none).ids
      // Of a text that loses its beginning, nothing of the prompt is sure to be left.
      guard whole.count <= maximumTokens else { return TokenizedText(ids: try texts.encode(text, cut: cut).ids) }
    }
    // As the embedder itself does it.
    let ids = try refusingInputs { try embedder.tokenize([text], prompt: given).first ?? [] }
    return TokenizedText(ids: ids, promptLength: count)
  }

  public func embed(tokens: [[Int]]) throws -> [[Float]] { try vectors(of: tokens, promptLength: 0) }

  public func embed(_ texts: [TokenizedText]) throws -> [[Float]] {
    var vectors = [[Float]](repeating: [], count: texts.count)
    // A pooling that leaves a prompt out leaves out as many tokens of all texts of a batch.
    for (length, places) in Dictionary(grouping: texts.indices, by: { texts[$0].promptLength }) {
      let found = try self.vectors(of: places.map { texts[$0].ids }, promptLength: length)
      for (place, vector) in zip(places, found) { vectors[place] = vector }
    }
    return vectors
  }

  private func vectors(of tokens: [[Int]], promptLength: Int) throws -> [[Float]] {
    let vectors = try refusingInputs { try embedder.embed(tokens: tokens, promptLength: promptLength) }
    let numbers = vectors.scalars(as: Float.self)
    return tokens.indices.map { Array(numbers[$0 * dimension..<($0 + 1) * dimension]) }
  }
}
