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

  private func text(of ids: some Sequence<Int>) throws(TokenizerError) -> [UInt8] {
    Array(try tokenizer.decode(Array(ids), skipsSpecialTokens: skipsSpecialTokens).utf8)
  }

  private static func isUnfinished(_ text: [UInt8]) -> Bool { text.suffix(3).elementsEqual([0xEF, 0xBF, 0xBD]) }

  /// Takes the next token, and gives the text that is complete with it: nothing where a character is still open.
  public mutating func append(_ id: Int) throws(TokenizerError) -> String {
    // What gives no text at all is not looked at again with each token behind it.
    guard let token = tokenizer.token(of: id), !skipsSpecialTokens || !tokenizer.added.isSpecial(token) else {
      return ""
    }
    if given.isEmpty, !ids.isEmpty {
      let before = try text(of: ids)
      if !Self.isUnfinished(before) {
        given = before
        givenCount = ids.count
      }
    }
    ids.append(id)
    let now = try text(of: ids)
    guard now.count > given.count, !Self.isUnfinished(now) else { return try unfinished(now) }
    let new = rest(of: now)
    let kept = ids.count - givenCount
    ids.removeFirst(givenCount)
    given = try text(of: ids)
    givenCount = kept
    return new
  }

  /// The most tokens that are held back: no character needs as many.
  private static let longest = 16

  /// Gives what is surely no beginning of a character where much is held back: bytes that are none, or U+FFFD itself.
  ///
  /// - Parameter now: The text of all tokens.
  private mutating func unfinished(_ now: [UInt8]) throws(TokenizerError) -> String {
    guard ids.count - givenCount > Self.longest, now.count > given.count else { return "" }
    // A character that is open is of the last tokens, three at most; it does not fall apart where they are left out.
    for open in [3, 2, 1] {
      let whole = try text(of: ids.dropLast(open))
      guard whole.count > given.count, whole + (try text(of: ids.suffix(open))) == now else { continue }
      let new = rest(of: whole)
      ids.removeFirst(givenCount)
      givenCount = ids.count - open
      given = try text(of: ids.dropLast(open))
      return new
    }
    return ""
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
