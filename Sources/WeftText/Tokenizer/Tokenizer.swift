/// Turns texts into the numbers that a model reads, and back: what Hugging Face's `tokenizers` does, with the same
/// numbers and offsets.
///
/// ```swift
/// let tokenizer = try Tokenizer(contentsOf: "model/tokenizer.json")
/// let encoding = try tokenizer.encode("Hello, world!")
/// let text = try tokenizer.decode(encoding.ids)
/// ```
///
/// A tokenizer is a value; any number of threads may use it at once.
public struct Tokenizer: Sendable {
  /// How texts that are too long are cut off; nil for not at all.
  public var truncation: TokenTruncation?
  /// How texts that are too short are filled up; nil for not at all.
  public var padding: TokenPadding?
  /// Whether the texts of special tokens are encoded as any other text: for text from users, which must not be able to
  /// write the markers of a conversation.
  public var ignoresSpecialTokensInText = false

  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  let model: any TokenModel
  let postProcessor: PostProcessor?
  let decoder: TokenDecoder?
  var added = AddedVocabulary()
  private let keepsBytes: Bool
  private let desks: DeskPool

  init(
    _ model: any TokenModel, _ normalizer: Normalizer?, _ preTokenizer: PreTokenizer?, _ postProcessor: PostProcessor?,
    _ decoder: TokenDecoder?
  ) {
    self.model = model
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.postProcessor = postProcessor
    self.decoder = decoder
    desks = DeskPool()
    keepsBytes = model.readsBytes && preTokenizer?.endsInByteLevel ?? false
  }

  /// Adds tokens that are looked for in texts before anything else. Those that the vocabulary has keep their number,
  /// the others get the next ones.
  ///
  /// - Throws: A `TokenizerError` where there would be too many.
  public mutating func add(_ tokens: [AddedToken]) throws(TokenizerError) {
    try added.add(tokens, to: model.vocabulary, normalizer)
  }

  /// One more than the largest number of a token: how many rows a model's table of embeddings needs.
  public var vocabularySize: Int {
    let own = (model.vocabulary.texts.lastIndex { $0 != nil } ?? -1) + 1
    return max(own, (added.byID.keys.max() ?? -1) + 1)
  }

  /// The tokens beside the model's vocabulary, with their numbers, in the order in which they were added.
  public var addedTokens: [(token: AddedToken, id: Int)] { added.tokens }

  /// The number of a token by its text; nil where there is none.
  public func id(of token: String) -> Int? { added.id(of: token) ?? model.vocabulary.id(of: token) }

  /// The text of a token by its number; nil where there is none.
  public func token(of id: Int) -> String? { added.byID[id]?.content ?? model.vocabulary.text(of: id) }

  /// Whether a number is that of a special token, which `decode` may leave out.
  public func isSpecial(_ id: Int) -> Bool { token(of: id).map { added.isSpecial($0) } ?? false }

  /// How many tokens are added around a text or a pair.
  public func addedTokenCount(isPair: Bool = false) -> Int { postProcessor?.addedCount(isPair: isPair) ?? 0 }

  /// The unit in which offsets are counted.
  public enum OffsetUnit: Hashable, Sendable {
    /// Unicode scalars, as Python counts.
    case scalars
    /// Bytes of UTF-8.
    case bytes
  }
}

extension Tokenizer {
  /// Encodes a text, or a pair of texts.
  ///
  /// - Throws: A `TokenizerError` where the vocabulary has nothing for a part of the text, or truncation cannot keep
  /// its
  ///   length.
  public func encode(
    _ text: String, pair: String? = nil, addsSpecialTokens: Bool = true, offsets: OffsetUnit = .scalars
  ) throws(TokenizerError) -> Encoding {
    var encodings = [try encodeText(text, typeID: 0, nil, offsets)]
    if let pair { encodings.append(try encodeText(pair, typeID: 1, nil, offsets)) }
    return try finish(encodings, addsSpecialTokens)
  }

  /// Encodes a text that is cut into words already, or a pair of such texts. `wordIDs` are the numbers of the words,
  /// and offsets are counted in each word.
  ///
  /// - Throws: A `TokenizerError` as `encode(_:)`.
  public func encode(
    words: [String], pair: [String]? = nil, addsSpecialTokens: Bool = true, offsets: OffsetUnit = .scalars
  ) throws(TokenizerError) -> Encoding {
    func encoded(_ words: [String], typeID: Int) throws(TokenizerError) -> Encoding {
      var result = Encoding()
      for (index, word) in words.enumerated() {
        result.append(try encodeText(word, typeID: typeID, index, offsets))
      }
      return result
    }
    var encodings = [try encoded(words, typeID: 0)]
    if let pair { encodings.append(try encoded(pair, typeID: 1)) }
    return try finish(encodings, addsSpecialTokens)
  }

  /// Truncates, adds special tokens, and pads.
  private func finish(_ encodings: [Encoding], _ addsSpecial: Bool) throws(TokenizerError) -> Encoding {
    var encodings = encodings
    if let truncation {
      let added = addsSpecial ? addedTokenCount(isPair: encodings.count > 1) : 0
      try truncation.apply(to: &encodings, added: added)
    }
    if let postProcessor {
      for index in encodings.indices {
        encodings[index].markSequence(index)
        for part in encodings[index].overflowing.indices { encodings[index].overflowing[part].markSequence(index) }
      }
      encodings = try postProcessor.process(encodings, addsSpecial: addsSpecial)
    } else if encodings.count > 1 {
      for index in encodings.indices { encodings[index].markSequence(index) }
    }
    var result = encodings.count == 1 ? encodings[0] : Encoding.joined(encodings)
    if let padding {
      var one = [result]
      try padding.apply(to: &one)
      result = one[0]
    }
    return result
  }

  private func encodeText(
    _ text: String, typeID: Int, _ word: Int?, _ unit: OffsetUnit
  ) throws(TokenizerError) -> Encoding {
    try desks.withDesk { desk throws(TokenizerError) in
      let original = Array(text.utf8)
      try TextLimit.check(original.count)
      let start = AlignedText(original)
      var pieces = try added.pieces(of: start, normalizer, ignoresSpecial: ignoresSpecialTokensInText)
      try preTokenizer?.apply(to: &pieces, keepsBytes: keepsBytes)
      let offsets = OriginalOffsets(original, unit)
      var result = try encodePieces(pieces, offsets, word, desk)
      result.fillMasks(typeID: typeID)
      return result
    }
  }

  private func encodePieces(
    _ text: PieceText, _ offsets: OriginalOffsets, _ word: Int?, _ desk: TokenizerDesk
  ) throws(TokenizerError) -> Encoding {
    var result = Encoding()
    result.reserve(text.text.bytes.count / 4 + 4)
    try text.text.bytes.withUnsafeBufferPointer { bytes throws(TokenizerError) in
      for (index, piece) in text.pieces.enumerated() {
        let part = UnsafeBufferPointer(rebasing: bytes[piece.start..<piece.end])
        guard piece.token < 0 else {
          result.ids.append(Int(piece.token))
          result.tokens.append(String(decoding: part, as: UTF8.self))
          result.offsets.append(offsets.of(text.text, piece, 0, piece.end - piece.start))
          result.wordIDs.append(word ?? index)
          continue
        }
        try tokenize(part, desk)
        for token in desk.tokens {
          result.ids.append(Int(token.id))
          result.tokens.append(self.text(of: token, part))
          result.offsets.append(offsets.of(text.text, piece, Int(token.start), Int(token.end)))
          result.wordIDs.append(word ?? index)
        }
      }
    }
    return result
  }

  @inline(__always)
  private func text(of token: ModelToken, _ bytes: UnsafeBufferPointer<UInt8>) -> String {
    if token.id == model.unknownWithText {
      return String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
    }
    return model.vocabulary.text(of: Int(token.id)) ?? ""
  }

  /// Puts the tokens of a stretch on the desk: those that are remembered, or the model's.
  @inline(__always)
  private func tokenize(_ bytes: UnsafeBufferPointer<UInt8>, _ desk: TokenizerDesk) throws(TokenizerError) {
    desk.tokens.removeAll(keepingCapacity: true)
    guard model.remembers, bytes.count <= WordCache.longest else {
      return try model.tokenize(bytes, isRaw: keepsBytes, desk)
    }
    let hash = ByteHash.of(bytes)
    if desk.words.find(bytes, hash, &desk.tokens) { return }
    try model.tokenize(bytes, isRaw: keepsBytes, desk)
    desk.words.insert(bytes, hash, desk.tokens[...])
  }
}

/// From places in a changed text to offsets in the original.
struct OriginalOffsets {
  /// For each byte of the original, and for its end, how many scalars begin before it, the own one not counted; empty
  /// where these are the bytes themselves.
  private let scalars: [Int32]
  private let isPlain: Bool
  private let unit: Tokenizer.OffsetUnit

  init(_ original: [UInt8], _ unit: Tokenizer.OffsetUnit) {
    self.unit = unit
    isPlain = original.withUnsafeBufferPointer { isASCII($0) }
    guard !isPlain, unit == .scalars else {
      scalars = []
      return
    }
    var index: Int32 = -1
    var table = [Int32](repeating: 0, count: original.count + 1)
    for (place, byte) in original.enumerated() {
      if byte & 0xC0 != 0x80 { index += 1 }
      table[place] = index
    }
    table[original.count] = index + 1
    scalars = table
  }

  /// The offsets of bytes of a piece.
  @inline(__always)
  func of(_ text: AlignedText, _ piece: Piece, _ start: Int, _ end: Int) -> TextOffsets {
    if text.isInPlace, isPlain { return TextOffsets(piece.start + start, piece.start + end) }
    return aligned(text, piece, start, end)
  }

  private func aligned(_ text: AlignedText, _ piece: Piece, _ start: Int, _ end: Int) -> TextOffsets {
    guard end > start else { return converted(Int(piece.shift) + start, Int(piece.shift) + end) }
    var first = piece.start + start
    var last = piece.start + end
    if text.isInPlace {
      while first > 0, text.bytes[first] & 0xC0 == 0x80 { first -= 1 }
      while last < text.bytes.count, text.bytes[last] & 0xC0 == 0x80 { last += 1 }
      return converted(first, last)
    }
    first = Int(text.starts[first])
    last = Int(text.ends[last - 1])
    return converted(first, last)
  }

  private func converted(_ start: Int, _ end: Int) -> TextOffsets {
    guard !scalars.isEmpty else { return TextOffsets(start, end) }
    return TextOffsets(Int(scalars[min(start, scalars.count - 1)]), Int(scalars[min(end, scalars.count - 1)]))
  }
}
