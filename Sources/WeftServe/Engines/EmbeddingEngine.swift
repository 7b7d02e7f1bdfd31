/// Where a text that is too long for a model is cut.
public enum TextCut: Sendable {
  /// Nowhere: all its tokens are wanted.
  case none
  /// Its end goes.
  case end
  /// Its beginning goes.
  case beginning
}

/// A text as a model reads it.
public struct TokenizedText: Hashable, Sendable {
  /// Its tokens, with all that the model wants around it.
  public var ids: [Int]
  /// How many of the first ones are a prompt's, which some models read and do not count into the vector.
  public var promptLength: Int

  /// A text of tokens, the first of which may be a prompt's.
  public init(ids: [Int], promptLength: Int = 0) { (self.ids, self.promptLength) = (ids, promptLength) }
}

/// Turns texts into vectors.
///
/// A model without prompts has `sequence(of:cut:)` and `embed(tokens:)`, one with prompts the others too.
public protocol EmbeddingEngine: TextEngine {
  /// How many numbers a vector has.
  var dimension: Int { get }
  /// Tokens are below this.
  var vocabularySize: Int { get }

  /// The tokens that `embed` is to read of a text, with all that the model wants around it.
  func sequence(of text: String, cut: TextCut) throws -> [Int]

  /// A vector for each sequence of tokens, special ones included; called from the compute thread alone.
  func embed(tokens: [[Int]]) throws -> [[Float]]

  /// The names of the prompts that a text may be put behind.
  var prompts: [String] { get }

  /// What a prompt puts before a text, for `/tokenize`.
  /// - Throws: A `RequestRefusal` of an engine that does not tell.
  func textBefore(prompt: String) throws -> String

  /// The same as `sequence(of:cut:)` behind a prompt.
  /// - Parameter prompt: One of `prompts`; nil for what the model has where none is named.
  func text(_ text: String, cut: TextCut, prompt: String?) throws -> TokenizedText

  /// A vector for each text, whatever prompt it is behind; called from the compute thread alone.
  func embed(_ texts: [TokenizedText]) throws -> [[Float]]
}

extension EmbeddingEngine {
  public var prompts: [String] { [] }

  public func textBefore(prompt: String) throws -> String {
    throw RequestRefusal(
      .unfit, "`prompt_name`: expected nothing: what it puts before a text is not told here, got \"\(prompt)\".",
      field: "prompt_name")
  }

  public func text(_ text: String, cut: TextCut, prompt: String?) throws -> TokenizedText {
    TokenizedText(ids: try sequence(of: text, cut: cut))
  }

  public func embed(_ texts: [TokenizedText]) throws -> [[Float]] { try embed(tokens: texts.map(\.ids)) }

  public func sequence(of text: String, cut: TextCut) throws -> [Int] {
    let ids = try tokens(of: text, addsSpecialTokens: true).map(\.id)
    switch cut {
    case .none: return ids
    case .end: return Array(ids.prefix(maximumTokens))
    case .beginning: return Array(ids.suffix(maximumTokens))
    }
  }
}
