import WeftNN
import WeftTensor

/// The encoder of BERT and its relatives: embeddings of tokens, positions and types, added and normalized; layers that
/// normalize after each part. What its parts are called, and how positions are counted, a family states.
final class PostNormEncoder: TextEncoder {
  /// How positions are numbered.
  enum Positions: Sendable {
    /// From 0.
    case fromZero
    /// From the padding token's number + 1, padding itself keeping that number.
    case after(padding: Int)
  }

  /// What a family's files call the parts.
  struct Names: Sendable {
    var words = "embeddings.word_embeddings"
    var positions = "embeddings.position_embeddings"
    var types = "embeddings.token_type_embeddings"
    var norm = "embeddings.LayerNorm"
    var layers = "encoder.layer"
    var layer = PostNormLayer.Names(
      query: "attention.self.query", key: "attention.self.key", value: "attention.self.value",
      output: "attention.output.dense", attentionNorm: "attention.output.LayerNorm", inner: "intermediate.dense",
      outer: "output.dense", norm: "output.LayerNorm")
  }

  let positions: Embedding
  let types: Embedding?
  let norm: LayerNorm
  let dropout: Dropout
  let layers: [PostNormLayer]
  let relativeBias: RelativeBias?
  private let names: Names
  private let scheme: Positions

  /// - Parameters:
  ///   - positionRows: How many rows the table of positions has.
  ///   - relativeBias: What is added to the scores by the distance of query and key.
  init(
    _ sizes: EncoderSizes, vocabularySize: Int, positionRows: Int, types typeCount: Int, paddingToken: Int?,
    positions scheme: Positions = .fromZero, names: Names = Names(), relativeBias: RelativeBias? = nil, hasPooler: Bool
  ) {
    positions = Embedding(positionRows, sizes.width)
    types = typeCount > 0 ? Embedding(typeCount, sizes.width) : nil
    norm = LayerNorm(sizes.width, epsilon: sizes.epsilon)
    dropout = Dropout(sizes.dropout)
    layers = (0..<sizes.layers).map { _ in PostNormLayer(sizes, names.layer) }
    (self.names, self.scheme, self.relativeBias) = (names, scheme, relativeBias)
    var rows = positionRows
    if case .after(let padding) = scheme { rows -= padding + 1 }
    super.init(
      width: sizes.width, maxPositions: rows, vocabularySize: vocabularySize, typeCount: typeCount,
      paddingToken: paddingToken, hasPooler: hasPooler)
  }

  override var properties: [(name: String, value: Any)] {
    var parts: [(name: String, value: Any)] = [(names.words, words), (names.positions, positions)]
    if let types { parts.append((names.types, types)) }
    parts += [(names.norm, norm), ("embeddings.dropout", dropout), (names.layers, layers)]
    if let relativeBias { parts.append(("encoder.relative_attention_bias", relativeBias)) }
    if let pooler { parts.append(("pooler.dense", pooler)) }
    return parts
  }

  override func states(_ input: EncoderInput) -> Tensor {
    var x = words(input.tokens) + position(input.tokens)
    if let types {
      x = x + (input.types.map { types($0) } ?? types.rows(0..<1))
    }
    let mask = relativeBias.map { $0.mask(positions: input.tokens.shape[1], input.isToken) } ?? input.keyMask
    return layers.reduce(dropout(norm(x))) { $1($0, mask: mask) }
  }

  /// The vectors of the positions, [T, E] or [N, T, E].
  private func position(_ tokens: Tensor) -> Tensor {
    switch scheme {
    case .fromZero: return positions.rows(0..<tokens.shape[1])
    case .after(let padding):
      let isToken = (tokens .!= padding).converted(to: .int64)
      return positions(isToken.cumulativeSum(axis: 1) * isToken + padding)
    }
  }
}
