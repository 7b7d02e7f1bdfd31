/// A token of a text, as `/tokenize` shows it.
public struct TextToken: Sendable, Equatable {
  /// Its number.
  public let id: Int
  /// Its text.
  public let text: String
  /// Where it begins in the text, in Unicode scalars.
  public let start: Int
  /// Where it ends.
  public let end: Int
  /// Whether it is none of the text's own, as [CLS].
  public let isSpecial: Bool

  /// A token.
  public init(id: Int, text: String, start: Int, end: Int, isSpecial: Bool) {
    (self.id, self.text, self.start, self.end, self.isSpecial) = (id, text, start, end, isSpecial)
  }
}

/// A model that reads texts: what every engine of texts can do.
///
/// A server calls it from threads of its own, several at once: tokenizing from one, computing from another.
public protocol TextEngine: Sendable {
  /// The longest sequence that it takes, in tokens, with special ones.
  var maximumTokens: Int { get }

  /// The tokens of a text.
  /// - Throws: What the tokenizer refuses, as a `RequestRefusal` where the client is to read it.
  func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken]
}
