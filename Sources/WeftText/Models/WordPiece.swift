/// A model that takes the longest known beginning of a word, then of the rest (Schuster and Nakajima, 2012).
final class WordPiece: TokenModel {
  let vocabulary: Vocabulary
  private let unknown: String
  private let longestWord: Int
  /// Beginnings of words, and what may follow them, without its prefix.
  private let beginnings: ByteTrie
  private let continuations: ByteTrie

  init(
    _ vocabulary: Vocabulary, unknown: String = "[UNK]", prefix: String = "##", longestWord: Int = 100
  ) throws(TokenizerError) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.longestWord = longestWord
    let prefix = Array(prefix.utf8)
    var beginnings = ByteTrie()
    var continuations = ByteTrie()
    for text in vocabulary.texts {
      guard let text, let id = vocabulary.id(of: text), !text.isEmpty else { continue }
      let fits = withUTF8Bytes(text) { bytes in
        guard beginnings.insert(bytes, Int32(id)) else { return false }
        guard bytes.starts(with: prefix), bytes.count > prefix.count else { return true }
        return continuations.insert(UnsafeBufferPointer(rebasing: bytes[prefix.count...]), Int32(id))
      }
      guard fits else { throw ByteTrie.isFull }
    }
    self.beginnings = beginnings
    self.continuations = continuations
  }

  convenience init(_ field: ConfigField) throws(TokenizerError) {
    try self.init(
      try Vocabulary(try field.required("vocab")), unknown: try field["unk_token"]?.string() ?? "[UNK]",
      prefix: try field["continuing_subword_prefix"]?.string() ?? "##",
      longestWord: try field["max_input_chars_per_word"]?.count() ?? 100)
  }

  func tokenize(_ bytes: UnsafeBufferPointer<UInt8>, isRaw: Bool, _ desk: TokenizerDesk) throws(TokenizerError) {
    let first = desk.tokens.count
    guard bytes.reduce(0, { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }) <= longestWord, addPieces(of: bytes, desk) else {
      desk.tokens.removeSubrange(first...)
      let id = try vocabulary.unknown(unknown, for: bytes)
      desk.tokens.append(ModelToken(id: id, start: 0, end: Int32(bytes.count)))
      return
    }
  }

  private func addPieces(of bytes: UnsafeBufferPointer<UInt8>, _ desk: TokenizerDesk) -> Bool {
    var start = 0
    while start < bytes.count {
      guard let piece = longest(start == 0 ? beginnings : continuations, bytes, start) else { return false }
      desk.tokens.append(piece)
      start = Int(piece.end)
    }
    return true
  }

  @inline(__always)
  private func longest(_ trie: borrowing ByteTrie, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> ModelToken? {
    var node = ByteTrie.root
    var place = start
    var found: ModelToken?
    while place < bytes.count {
      node = trie.child(of: node, bytes[place])
      guard node != 0 else { break }
      place += 1
      let id = trie.value(at: node)
      if id >= 0 { found = ModelToken(id: id, start: Int32(start), end: Int32(place)) }
    }
    return found
  }
}

extension ByteTrie {
  static var isFull: TokenizerError {
    TokenizerError(
      .limitExceeded, path: "model.vocab", expected: "tokens that make a trie of at most \(1 << 24) nodes",
      found: "more")
  }
}
