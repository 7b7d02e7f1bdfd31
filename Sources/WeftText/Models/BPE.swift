/// A model that joins the pair of tokens that was learned first, again and again (Sennrich et al., 2016).
///
/// A file's `dropout` is of use in training alone and is not applied.
final class BPE: TokenModel {
  /// What a file may say of the model.
  struct Options: Sendable {
    var unknown: String?
    var prefix: String?
    var suffix: String?
    var joinsUnknown = false
    var fallsBackToBytes = false
    var ignoresMerges = false
  }

  let vocabulary: Vocabulary
  let options: Options
  private let merges: MergeTable
  private let byteTokens: [Int32]
  /// The tokens of ASCII characters, or -1.
  private let ascii: [Int32]
  /// The tokens by the bytes that they stand for, where the vocabulary is byte-level, and those of single bytes.
  private let raw: ByteTable?
  private let rawBytes: [Int32]
  /// Whether a text can be cut before each mark of a space without changing its tokens.
  private let cutsAtSpaces: Bool
  var readsBytes: Bool { raw != nil }

  init(_ vocabulary: Vocabulary, _ merges: MergeTable, _ options: Options, isByteLevel: Bool) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.options = options
    byteTokens = vocabulary.byteTokens
    ascii = (0..<128).map { Int32(vocabulary.id(of: String(Unicode.Scalar(UInt8($0)))) ?? -1) }
    let isPlain = options.prefix ?? "" == "" && options.suffix ?? "" == ""
    rawBytes = ByteCharacters.scalars.map { scalar in
      Int32(Unicode.Scalar(scalar).flatMap { vocabulary.id(of: String($0)) } ?? -1)
    }
    raw = isByteLevel && isPlain ? Self.rawTable(vocabulary) : nil
    cutsAtSpaces =
      isPlain && !options.ignoresMerges && !merges.joinsAcrossSpaces && vocabulary.id(of: "\u{2581}") != nil
  }

  private static func rawTable(_ vocabulary: Vocabulary) -> ByteTable {
    var table = ByteTable()
    table.reserve(vocabulary.count)
    for text in vocabulary.texts {
      guard let text, let id = vocabulary.id(of: text), let bytes = ByteCharacters.decode(text) else { continue }
      _ = bytes.withUnsafeBufferPointer { table.insert($0, Int32(id)) }
    }
    return table
  }

  func tokenize(_ bytes: UnsafeBufferPointer<UInt8>, isRaw: Bool, _ desk: TokenizerDesk) throws(TokenizerError) {
    if options.ignoresMerges {
      let whole = isRaw ? raw?.find(bytes) ?? -1 : vocabulary.find(bytes)
      if whole >= 0 {
        desk.tokens.append(ModelToken(id: whole, start: 0, end: Int32(bytes.count)))
        return
      }
    }
    if cutsAtSpaces, !isRaw, bytes.count > 16 { return try tokenizeWords(bytes, desk) }
    try tokenizeWord(bytes, isRaw: isRaw, desk)
  }

  /// Goes through the words of a text that nothing joins, and remembers them.
  private func tokenizeWords(_ bytes: UnsafeBufferPointer<UInt8>, _ desk: TokenizerDesk) throws(TokenizerError) {
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, Self.isMark(bytes, end) { end += 3 }
      while end < bytes.count, !Self.isMark(bytes, end) { end += 1 }
      let first = desk.tokens.count
      let word = UnsafeBufferPointer(rebasing: bytes[start..<end])
      let isShort = word.count <= WordCache.longest
      let hash = isShort ? ByteHash.of(word) : 0
      if !isShort || !desk.words.find(word, hash, &desk.tokens) {
        try tokenizeWord(word, isRaw: false, desk)
        if isShort { desk.words.insert(word, hash, desk.tokens[first...]) }
      }
      for index in first..<desk.tokens.count {
        desk.tokens[index].start += Int32(start)
        desk.tokens[index].end += Int32(start)
      }
      start = end
    }
  }

  @inline(__always)
  private static func isMark(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    bytes[place] == 0xE2 && bytes[place + 1] == 0x96 && bytes[place + 2] == 0x81
  }

  private func tokenizeWord(
    _ bytes: UnsafeBufferPointer<UInt8>, isRaw: Bool, _ desk: TokenizerDesk
  ) throws(TokenizerError) {
    let space = desk.merging
    space.clear()
    if isRaw {
      guard addBytes(bytes, space) else { return try tokenizeMapped(bytes, desk) }
    } else {
      try addScalars(bytes, space)
    }
    space.merge(merges)
    space.appendTokens(to: &desk.tokens)
  }

  private func addBytes(_ bytes: UnsafeBufferPointer<UInt8>, _ space: MergeSpace) -> Bool {
    for byte in bytes {
      let id = rawBytes[Int(byte)]
      guard id >= 0 else { return false }
      space.add(id, 1)
    }
    return true
  }

  /// A stretch of bytes of which some have no token: as the characters that stand for them.
  private func tokenizeMapped(_ bytes: UnsafeBufferPointer<UInt8>, _ desk: TokenizerDesk) throws(TokenizerError) {
    var mapped: [UInt8] = []
    var place: [Int32] = []
    for (index, byte) in bytes.enumerated() {
      for _ in 0..<appendScalar(ByteCharacters.scalars[Int(byte)], to: &mapped) { place.append(Int32(index)) }
    }
    place.append(Int32(bytes.count))
    let space = desk.merging
    space.clear()
    try mapped.withUnsafeBufferPointer { mapped throws(TokenizerError) in try addScalars(mapped, space) }
    space.merge(merges)
    let first = desk.tokens.count
    space.appendTokens(to: &desk.tokens)
    for index in first..<desk.tokens.count {
      let token = desk.tokens[index]
      let last = token.end > token.start ? place[Int(token.end) - 1] + 1 : place[Int(token.start)]
      desk.tokens[index] = ModelToken(id: token.id, start: place[Int(token.start)], end: last)
    }
  }

  /// The tokens of single characters, with what stands for those that have none.
  private func addScalars(_ bytes: UnsafeBufferPointer<UInt8>, _ space: MergeSpace) throws(TokenizerError) {
    guard let base = bytes.baseAddress else { return }
    let isPlain = options.prefix ?? "" == "" && options.suffix ?? "" == ""
    var unknown: (id: Int32, length: Int)?
    var place = 0
    while place < bytes.count {
      let length = ScalarAt(base, place).length
      let text = UnsafeBufferPointer(rebasing: bytes[place..<place + length])
      let isFirst = place == 0
      let written = isPlain ? nil : decorated(text, isFirst: isFirst, isLast: place + length == bytes.count)
      let id = length == 1 && isPlain ? ascii[Int(bytes[place])] : lookUp(text, written)
      place += length
      if id >= 0 {
        if let old = unknown { space.add(old.id, old.length) }
        unknown = nil
        space.add(id, length)
        continue
      }
      if options.fallsBackToBytes, addByteTokens(written ?? Array(text), of: text, isFirst: isFirst, space) { continue }
      guard let token = options.unknown else { continue }
      if let old = unknown, options.joinsUnknown {
        unknown = (old.id, old.length + length)
      } else {
        if let old = unknown { space.add(old.id, old.length) }
        unknown = (try vocabulary.unknown(token, for: text), length)
      }
    }
    if let old = unknown { space.add(old.id, old.length) }
  }

  private func lookUp(_ text: UnsafeBufferPointer<UInt8>, _ written: [UInt8]?) -> Int32 {
    written.map { $0.withUnsafeBufferPointer { vocabulary.find($0) } } ?? vocabulary.find(text)
  }

  /// A character with the prefix of what continues a word and the suffix of what ends it.
  private func decorated(_ text: UnsafeBufferPointer<UInt8>, isFirst: Bool, isLast: Bool) -> [UInt8] {
    var result: [UInt8] = []
    if !isFirst, let prefix = options.prefix { result += Array(prefix.utf8) }
    result += text
    if isLast, let suffix = options.suffix { result += Array(suffix.utf8) }
    return result
  }

  /// Adds the tokens of a decorated character's bytes. Those of its prefix and suffix stand for nothing in the text: they
  /// are as long as that, so that no token ends behind the word.
  private func addByteTokens(
    _ written: [UInt8], of text: UnsafeBufferPointer<UInt8>, isFirst: Bool, _ space: MergeSpace
  ) -> Bool {
    guard written.allSatisfy({ byteTokens[Int($0)] >= 0 }) else { return false }
    let start = isFirst ? 0 : options.prefix?.utf8.count ?? 0
    for (place, byte) in written.enumerated() {
      space.add(byteTokens[Int(byte)], start..<start + text.count ~= place ? 1 : 0)
    }
    return true
  }
}
