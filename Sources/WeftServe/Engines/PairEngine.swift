/// The tokens of a text or of a pair, as a model reads them.
public struct TokenizedPair: Sendable, Equatable {
  /// The tokens, special ones included.
  public let ids: [Int]
  /// 0 for the first text's tokens and 1 for the second's.
  public let types: [Int]

  /// Tokens with their types.
  public init(ids: [Int], types: [Int]) {
    (self.ids, self.types) = (ids, types)
  }
}

/// A model that reads a text, or two at once.
public protocol PairEngine: TextEngine {
  /// The tokens of a text, or of a pair.
  /// - Parameter truncates: Whether what is too long is cut, rather than refused afterwards.
  func tokenize(_ text: String, pair: String?, truncates: Bool) throws -> TokenizedPair
}

/// Says how well a text answers a query.
public protocol RerankingEngine: PairEngine {
  /// A score for each pair of query and text: the logit, which a sigmoid makes a probability. Called from the compute
  /// thread alone.
  func scores(of pairs: [TokenizedPair]) throws -> [Float]
}

/// Says which of its classes a text, or a pair, belongs to.
public protocol ClassificationEngine: PairEngine {
  /// The classes.
  var labels: [String] { get }
  /// Whether several may hold at once: each then has a probability of its own.
  var isMultiLabel: Bool { get }

  /// The logits of each text; called from the compute thread alone.
  func logits(of texts: [TokenizedPair]) throws -> [[Float]]
}
