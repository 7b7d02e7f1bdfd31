extension Tokenizer {
  /// The text of tokens. Numbers that no token has are left out.
  ///
  /// - Parameter skipsSpecialTokens: Whether special tokens are left out.
  public func decode(_ ids: [Int], skipsSpecialTokens: Bool = true) throws(TokenizerError) -> String {
    var tokens: [String] = []
    tokens.reserveCapacity(ids.count)
    for id in ids {
      guard let token = token(of: id), !skipsSpecialTokens || !added.isSpecial(token) else { continue }
      tokens.append(token)
    }
    guard let decoder else { return tokens.joined(separator: " ") }
    return try decoder.decode(tokens).joined()
  }

  /// A decoder of tokens that come one by one.
  public func streamingDecoder(skipsSpecialTokens: Bool = true) -> StreamingDecoder {
    StreamingDecoder(self, skipsSpecialTokens: skipsSpecialTokens)
  }
}

/// Decodes tokens one by one, as a model writes them, and never gives a part of a character.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  /// The tokens whose text is not finished, and those before them that it depends on.
  private var ids: [Int] = []
  /// The text that was given already of `ids`, and how many of them it is of.
  private var given: [UInt8] = []
  private var givenCount = 0

  init(_ tokenizer: Tokenizer, skipsSpecialTokens: Bool) {
    self.tokenizer = tokenizer
    self.skipsSpecialTokens = skipsSpecialTokens
  }

  private func text(of ids: [Int]) throws(TokenizerError) -> [UInt8] {
    Array(try tokenizer.decode(ids, skipsSpecialTokens: skipsSpecialTokens).utf8)
  }

  private static func isUnfinished(_ text: [UInt8]) -> Bool { text.suffix(3).elementsEqual([0xEF, 0xBF, 0xBD]) }

  /// Takes the next token, and gives the text that is complete with it: nothing where a character is still open.
  public mutating func append(_ id: Int) throws(TokenizerError) -> String {
    if given.isEmpty, !ids.isEmpty {
      let before = try text(of: ids)
      if !Self.isUnfinished(before) {
        given = before
        givenCount = ids.count
      }
    }
    ids.append(id)
    let now = try text(of: ids)
    guard now.count > given.count, !Self.isUnfinished(now) else { return "" }
    let new = rest(of: now)
    let kept = ids.count - givenCount
    ids.removeFirst(givenCount)
    given = try text(of: ids)
    givenCount = kept
    return new
  }

  /// What is left when no more tokens come: the text of an open character is its replacement.
  public mutating func finish() throws(TokenizerError) -> String {
    let now = try text(of: ids)
    let new = now.count > given.count ? rest(of: now) : ""
    ids = []
    given = []
    givenCount = 0
    return new
  }

  /// The text behind what was given. A decoder that changes what it wrote before is taken at its word from there on.
  private func rest(of text: [UInt8]) -> String {
    var place = zip(text, given).prefix { $0 == $1 }.count
    while place > 0, place < text.count, text[place] & 0xC0 == 0x80 { place -= 1 }
    return String(decoding: text[place...], as: UTF8.self)
  }
}
