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

  /// Serves an embedder, whose model is not to be changed any more.
  public init(_ embedder: TextEmbedder) {
    self.embedder = embedder
    dimension = embedder.dimension
    vocabularySize = embedder.model.encoder.vocabularySize
    maximumTokens = embedder.maxLength
    texts = TextTokens(embedder.tokenizer, limit: embedder.maxLength)
  }

  public func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    try texts.tokens(of: text, addsSpecialTokens: addsSpecialTokens)
  }

  public func sequence(of text: String, cut: TextCut) throws -> [Int] {
    if case .none = cut {
      let whole = try texts.encode(text, cut: .none).ids
      if whole.count > maximumTokens { return whole }
    }
    if case .beginning = cut { return try texts.encode(text, cut: cut).ids }
    // As the embedder itself does it, with the prompt that the model's folder may have.
    return try refusingInputs { try embedder.tokenize([text]).first ?? [] }
  }

  public func embed(tokens: [[Int]]) throws -> [[Float]] {
    let vectors = try refusingInputs { try embedder.embed(tokens: tokens) }
    let numbers = vectors.scalars(as: Float.self)
    return tokens.indices.map { Array(numbers[$0 * dimension..<($0 + 1) * dimension]) }
  }
}
