/// Where a token stands in its text, in Unicode scalars or in bytes of UTF-8, as the call to `encode` asked.
public struct TextOffsets: Hashable, Sendable {
  /// Where it begins.
  public var start: Int
  /// Where it ends: the first place behind it.
  public var end: Int

  /// Offsets from their two ends.
  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }
}

/// What a tokenizer makes of a text: the numbers that a model reads, and where each is from.
///
/// All arrays are as long as `ids`.
public struct Encoding: Hashable, Sendable {
  /// The numbers of the tokens.
  public var ids: [Int] = []
  /// Which part of a pair each token belongs to, as models with segments read it.
  public var typeIDs: [Int] = []
  /// The texts of the tokens.
  public var tokens: [String] = []
  /// Where each token stands in the text; 0 and 0 for tokens that were added.
  public var offsets: [TextOffsets] = []
  /// The number of the stretch that the pre-tokenizer cut, or of the word that was given; nil for tokens that were
  /// added.
  public var wordIDs: [Int?] = []
  /// 1 for tokens that were added around the text or as padding, 0 for those of the text.
  public var specialTokensMask: [Int] = []
  /// 1 for tokens that a model looks at, 0 for padding.
  public var attentionMask: [Int] = []
  /// What truncation cut off, in parts of the same length.
  public var overflowing: [Encoding] = []
  /// Which tokens are of which text of a pair. Empty where there is one text and it is the whole.
  var sequences: [SequenceRange] = []

  /// The tokens of one text of a pair.
  struct SequenceRange: Hashable, Sendable {
    let sequence: Int
    var range: Range<Int>
  }

  /// An encoding without tokens.
  public init() {}

  /// How many tokens there are.
  public var count: Int { ids.count }

  /// For each token which text of a pair it is from, nil for tokens that were added.
  public var sequenceIDs: [Int?] {
    var result = [Int?](repeating: nil, count: count)
    if sequences.isEmpty { return [Int?](repeating: 0, count: count) }
    for part in sequences { for index in part.range where index < count { result[index] = part.sequence } }
    return result
  }

  /// The token that a place of a text falls into; nil where none does.
  public func token(at place: Int, sequence: Int = 0) -> Int? {
    range(of: sequence).first { offsets[$0].start <= place && place < offsets[$0].end }
  }

  /// The tokens of a word; nil where it has none.
  public func tokens(ofWord word: Int, sequence: Int = 0) -> Range<Int>? {
    let matching = range(of: sequence).filter { wordIDs[$0] == word }
    guard let first = matching.first, let last = matching.last else { return nil }
    return first..<last + 1
  }

  func range(of sequence: Int) -> Range<Int> {
    let range = sequences.first { $0.sequence == sequence }?.range ?? 0..<count
    return range.clamped(to: 0..<count)
  }

  mutating func reserve(_ capacity: Int) {
    ids.reserveCapacity(capacity)
    typeIDs.reserveCapacity(capacity)
    tokens.reserveCapacity(capacity)
    offsets.reserveCapacity(capacity)
    wordIDs.reserveCapacity(capacity)
    specialTokensMask.reserveCapacity(capacity)
    attentionMask.reserveCapacity(capacity)
  }

  /// Fills the masks of tokens of a text.
  mutating func fillMasks(typeID: Int) {
    typeIDs = [Int](repeating: typeID, count: count)
    specialTokensMask = [Int](repeating: 0, count: count)
    attentionMask = [Int](repeating: 1, count: count)
  }

  mutating func markSequence(_ sequence: Int) {
    sequences.removeAll { $0.sequence == sequence }
    sequences.append(SequenceRange(sequence: sequence, range: 0..<count))
  }

  /// Tokens that stand around a text.
  static func special(_ tokens: [(id: Int, text: String)], typeID: Int) -> Encoding {
    var result = Encoding()
    result.ids = tokens.map(\.id)
    result.tokens = tokens.map(\.text)
    result.fillMasks(typeID: typeID)
    result.offsets = tokens.map { _ in TextOffsets(0, 0) }
    result.wordIDs = tokens.map { _ in nil }
    result.specialTokensMask = tokens.map { _ in 1 }
    return result
  }
}

extension Encoding {
  /// Some of the tokens, without what overflowed.
  func part(_ range: Range<Int>) -> Encoding {
    var result = Encoding()
    result.ids = Array(ids[range])
    result.typeIDs = Array(typeIDs[range])
    result.tokens = Array(tokens[range])
    result.offsets = Array(offsets[range])
    result.wordIDs = Array(wordIDs[range])
    result.specialTokensMask = Array(specialTokensMask[range])
    result.attentionMask = Array(attentionMask[range])
    return result
  }

  /// Puts another encoding behind this one. What overflowed is put together in all ways.
  mutating func append(_ other: Encoding) {
    var together: [Encoding] = []
    for own in overflowing {
      for next in [other.withoutOverflow] + other.overflowing {
        var joined = own
        joined.append(next)
        together.append(joined)
      }
    }
    if !other.overflowing.isEmpty {
      let own = withoutOverflow
      for next in other.overflowing {
        var joined = own
        joined.append(next)
        together.append(joined)
      }
    }
    let start = count
    for part in other.sequences {
      sequences.removeAll { $0.sequence == part.sequence }
      let moved = part.range.lowerBound + start..<part.range.upperBound + start
      sequences.append(SequenceRange(sequence: part.sequence, range: moved))
    }
    ids += other.ids
    typeIDs += other.typeIDs
    tokens += other.tokens
    offsets += other.offsets
    wordIDs += other.wordIDs
    specialTokensMask += other.specialTokensMask
    attentionMask += other.attentionMask
    overflowing = together
  }

  private var withoutOverflow: Encoding {
    guard !overflowing.isEmpty else { return self }
    var result = self
    result.overflowing = []
    return result
  }

  static func joined(_ encodings: [Encoding]) -> Encoding {
    guard encodings.count > 1 else { return encodings.first ?? Encoding() }
    var result = Encoding()
    result.reserve(encodings.reduce(0) { $0 + $1.count })
    for next in encodings { result.append(next) }
    return result
  }
}
