/// Turns texts into vectors.
public protocol EmbeddingEngine: TextEngine {
  /// How many numbers a vector has.
  var dimension: Int { get }
  /// The highest token.
  var vocabularySize: Int { get }

  /// A vector for each sequence of tokens, special ones included; called from the compute thread alone.
  func embed(tokens: [[Int]]) throws -> [[Float]]
}
