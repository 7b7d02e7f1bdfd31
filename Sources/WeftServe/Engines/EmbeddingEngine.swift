/// Where a text that is too long for a model is cut.
public enum TextCut: Sendable {
  /// Nowhere: all its tokens are wanted.
  case none
  /// Its end goes.
  case end
  /// Its beginning goes.
  case beginning
}

/// Turns texts into vectors.
public protocol EmbeddingEngine: TextEngine {
  /// How many numbers a vector has.
  var dimension: Int { get }
  /// Tokens are below this.
  var vocabularySize: Int { get }

  /// The tokens that `embed` is to read of a text, with all that the model wants around it.
  func sequence(of text: String, cut: TextCut) throws -> [Int]

  /// A vector for each sequence of tokens, special ones included; called from the compute thread alone.
  func embed(tokens: [[Int]]) throws -> [[Float]]
}

extension EmbeddingEngine {
  public func sequence(of text: String, cut: TextCut) throws -> [Int] {
    let ids = try tokens(of: text, addsSpecialTokens: true).map(\.id)
    switch cut {
    case .none: return ids
    case .end: return Array(ids.prefix(maximumTokens))
    case .beginning: return Array(ids.suffix(maximumTokens))
    }
  }
}
