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
  private let changesLastToken: Bool
  private let joinsBytes: Bool

  init(_ tokenizer: Tokenizer, skipsSpecialTokens: Bool) {
    self.tokenizer = tokenizer
    self.skipsSpecialTokens = skipsSpecialTokens
    changesLastToken = tokenizer.decoder?.changesLastToken ?? false
    joinsBytes = tokenizer.decoder?.joinsBytes ?? false
  }

  private func text(of ids: some Sequence<Int>) throws(TokenizerError) -> [UInt8] {
    Array(try tokenizer.decode(Array(ids), skipsSpecialTokens: skipsSpecialTokens).utf8)
  }

  private static func isUnfinished(_ text: [UInt8]) -> Bool { text.suffix(3).elementsEqual([0xEF, 0xBF, 0xBD]) }

  /// Whether the last token is a byte, which is no character any more where those to come make none with it.
  private var endsInByte: Bool {
    guard joinsBytes, let last = ids.last, let token = tokenizer.token(of: last) else { return false }
    return TokenDecoder.byte(of: token) != nil
  }

  /// How many bytes of a text stay as they are whatever tokens follow.
  private func settledCount(_ text: [UInt8], of ids: [Int]) throws(TokenizerError) -> Int {
    guard changesLastToken, let last = ids.last else { return text.count }
    let followed = try self.text(of: ids + [last])
    var count = zip(text, followed).prefix { $0 == $1 }.count
    while count > 0, count < text.count, text[count] & 0xC0 == 0x80 { count -= 1 }
    return count
  }

  /// Takes the next token, and gives the text that is complete with it: nothing where a character is still open.
  public mutating func append(_ id: Int) throws(TokenizerError) -> String {
    // What gives no text at all is not looked at again with each token behind it.
    guard let token = tokenizer.token(of: id), !skipsSpecialTokens || !tokenizer.added.isSpecial(token) else {
      return ""
    }
    if given.isEmpty, !ids.isEmpty {
      let before = try text(of: ids)
      if !Self.isUnfinished(before), !endsInByte {
        given = Array(before.prefix(try settledCount(before, of: ids)))
        givenCount = ids.count
      }
    }
    ids.append(id)
    let now = try text(of: ids)
    // Characters of many bytes in a row are not waited for to their end.
    let waits = endsInByte && ids.count - givenCount <= Self.longest
    guard now.count > given.count, !waits, !Self.isUnfinished(now) else { return try unfinished(now) }
    let settled = try settledCount(now, of: ids)
    guard settled > given.count else { return "" }
    let new = rest(of: Array(now.prefix(settled)))
    let kept = ids.count - givenCount
    ids.removeFirst(givenCount)
    given = Array(try text(of: ids).dropLast(now.count - settled))
    givenCount = kept
    return new
  }

  /// The most tokens that are held back: no character needs as many.
  private static let longest = 16

  /// Gives what is surely no beginning of a character where much is held back: bytes that are none, or U+FFFD itself.
  ///
  /// - Parameter now: The text of all tokens.
  private mutating func unfinished(_ now: [UInt8]) throws(TokenizerError) -> String {
    // Bytes that are characters end one within four.
    let longest = Self.longest + (joinsBytes ? 4 : 0)
    guard ids.count - givenCount > longest, now.count > given.count else { return "" }
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
