import WeftTensor

/// What a text goes on from.
struct GenerationPrompt: Sendable {
  /// Its first tokens.
  var tokens: [Int]
  /// What the encoder reads, of models that have one: tokens [S], or features.
  var source: Tensor?

  init(_ tokens: [Int], following source: Tensor? = nil) { (self.tokens, self.source) = (tokens, source) }

  /// How many tokens are read for it.
  var readCount: Int {
    guard let source, source.rank == 1 else { return tokens.count }
    return source.shape[0]
  }
}
