/// A text that equals only what has the same bytes: to Swift, a letter with its accent equals the two apart.
private struct ExactText: Hashable, Sendable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }
}

/// A token that equals only the same bytes with the same flags.
private struct ExactToken: Hashable {
  private let content: ExactText
  private let flags: [Bool]

  init(_ token: AddedToken) {
    content = ExactText(token.content)
    flags = [token.isSingleWord, token.stripsLeft, token.stripsRight, token.isNormalized, token.isSpecial]
  }
}

/// The tokens beside a model's vocabulary, and how they are found in a text.
struct AddedVocabulary: Sendable {
  /// In the order in which they were added, with their numbers.
  private(set) var tokens: [(token: AddedToken, id: Int)] = []
  private(set) var byID: [Int: AddedToken] = [:]
  private var ids: [ExactText: Int] = [:]
  private var special: Set<ExactText> = []
  /// The tokens that are looked for in the text as it is, and in the normalized text.
  private var plain = TokenFinder()
  private var normalized = TokenFinder()

  /// Adds tokens as `tokenizers` does: those that the model knows keep its number, others get the next one, whatever
  /// number their file gives.
  mutating func add(
    _ new: [AddedToken], to vocabulary: Vocabulary, _ normalizer: Normalizer?
  ) throws(TokenizerError) {
    for token in new where token.isSpecial && !token.content.isEmpty { special.insert(ExactText(token.content)) }
    var existing = Set(byID.values.map(ExactToken.init))
    var next = vocabulary.count
    if let largest = byID.keys.max(), largest >= vocabulary.count || vocabulary.count == 0 { next = largest + 1 }
    for token in new where !token.content.isEmpty && existing.insert(ExactToken(token)).inserted {
      var id = ids[ExactText(token.content)] ?? vocabulary.id(of: token.content)
      if id == nil {
        id = next
        next += 1
      }
      guard let id, id < Vocabulary.largestID else {
        throw TokenizerError(
          .limitExceeded, path: "added_tokens", expected: "fewer than \(Vocabulary.largestID) tokens", found: "more")
      }
      ids[ExactText(token.content)] = id
      byID[id] = token
      tokens.append((token, id))
    }
    try refresh(normalizer)
  }

  func id(of text: String) -> Int? { ids[ExactText(text)] }

  /// Whether a text is that of a special token.
  func isSpecial(_ text: String) -> Bool { !special.isEmpty && special.contains(ExactText(text)) }

  /// Builds the finders: special tokens first, so that one of two equal texts is found as it should be.
  private mutating func refresh(_ normalizer: Normalizer?) throws(TokenizerError) {
    plain = TokenFinder()
    normalized = TokenFinder()
    let ordered = tokens.filter { isSpecial($0.token.content) } + tokens.filter { !isSpecial($0.token.content) }
    for (token, _) in ordered {
      let id = ids[ExactText(token.content)] ?? 0
      var text = AlignedText(Array(token.content.utf8))
      if token.isNormalized {
        try normalizer?.normalize(&text)
        normalized.insert(text.bytes, id)
      } else {
        plain.insert(text.bytes, id)
      }
    }
  }

  /// Cuts a text at added tokens, and normalizes what is between them.
  func pieces(
    of text: AlignedText, _ normalizer: Normalizer?, ignoresSpecial: Bool
  ) throws(TokenizerError) -> PieceText {
    var result = PieceText(text)
    find(plain, in: &result, ignoresSpecial)
    if let normalizer { try result.rewrite { part throws(TokenizerError) in try normalizer.normalize(&part) } }
    find(normalized, in: &result, ignoresSpecial)
    return result
  }

  private func find(_ finder: TokenFinder, in text: inout PieceText, _ ignoresSpecial: Bool) {
    guard !finder.isEmpty else { return }
    var result: [Piece] = []
    text.text.bytes.withUnsafeBufferPointer { bytes in
      for piece in text.pieces {
        guard piece.token < 0 else {
          result.append(piece)
          continue
        }
        let part = UnsafeBufferPointer(rebasing: bytes[piece.start..<piece.end])
        split(part, finder, ignoresSpecial) { start, end, id in
          guard end > start else { return }
          let shift = text.originalStart(piece.start + start)
          result.append(Piece(start: piece.start + start, end: piece.start + end, shift: shift, token: id))
        }
      }
    }
    text.pieces = result
  }

  private func split(
    _ bytes: UnsafeBufferPointer<UInt8>, _ finder: TokenFinder, _ ignoresSpecial: Bool,
    _ emit: (Int, Int, Int32) -> Void
  ) {
    guard let base = bytes.baseAddress else { return }
    var last = 0
    finder.forEachMatch(in: bytes) { match, id in
      guard let token = byID[Int(id)], !ignoresSpecial || !isSpecial(token.content) else { return }
      var (start, end) = (match.lowerBound, match.upperBound)
      if token.isSingleWord, !standsAlone(match, bytes, base) { return }
      if token.stripsLeft { start = max(whitespaceStart(before: start, base), last) }
      if token.stripsRight { end = whitespaceEnd(after: end, bytes, base) }
      if last < start { emit(last, start, -1) }
      emit(start, end, id)
      last = end
    }
    if last != bytes.count { emit(min(last, bytes.count), bytes.count, -1) }
  }

  private func standsAlone(
    _ match: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>
  ) -> Bool {
    let tables = UnicodeTables.shared
    let (start, end) = (match.lowerBound, match.upperBound)
    if start > 0, tables.has(ScalarAt(before: start, base).value, .plainWord) { return false }
    return end == bytes.count || !tables.has(ScalarAt(base, end).value, .plainWord)
  }

  private func whitespaceStart(before place: Int, _ base: UnsafePointer<UInt8>) -> Int {
    var start = place
    while start > 0 {
      let scalar = ScalarAt(before: start, base)
      guard UnicodeTables.shared.has(scalar.value, .whitespace) else { break }
      start -= scalar.length
    }
    return start
  }

  private func whitespaceEnd(
    after place: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>
  ) -> Int {
    var end = place
    while end < bytes.count {
      let scalar = ScalarAt(base, end)
      guard UnicodeTables.shared.has(scalar.value, .whitespace) else { break }
      end += scalar.length
    }
    return end
  }
}

/// Finds the texts of tokens: the leftmost, and of those that begin there the longest.
struct TokenFinder: Sendable {
  private var trie = ByteTrie()
  private var starts = [Bool](repeating: false, count: 256)
  private(set) var isEmpty = true

  mutating func insert(_ text: [UInt8], _ id: Int) {
    guard let first = text.first else { return }
    isEmpty = false
    starts[Int(first)] = true
    text.withUnsafeBufferPointer { bytes in
      // The first of two equal texts counts.
      if find(bytes, at: 0)?.range.upperBound != bytes.count { _ = trie.insert(bytes, Int32(id)) }
    }
  }

  private func find(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (range: Range<Int>, id: Int32)? {
    var node = ByteTrie.root
    var place = start
    var found: (range: Range<Int>, id: Int32)?
    while place < bytes.count {
      node = trie.child(of: node, bytes[place])
      guard node != 0 else { break }
      place += 1
      let id = trie.value(at: node)
      if id >= 0 { found = (start..<place, id) }
    }
    return found
  }

  func forEachMatch(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>, Int32) -> Void) {
    starts.withUnsafeBufferPointer { starts in
      var place = 0
      while place < bytes.count {
        guard starts[Int(bytes[place])], let match = find(bytes, at: place) else {
          place += 1
          continue
        }
        body(match.range, match.id)
        place = match.range.upperBound
      }
    }
  }
}
