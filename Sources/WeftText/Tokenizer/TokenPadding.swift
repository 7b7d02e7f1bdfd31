/// How a tokenizer fills up texts that are too short.
public struct TokenPadding: Hashable, Sendable {
  /// How long the texts become.
  public enum Strategy: Hashable, Sendable {
    /// As long as the longest of a batch.
    case batchLongest
    /// So many tokens.
    case fixed(Int)
  }

  /// The end at which padding is put.
  public enum Direction: Hashable, Sendable {
    /// At the beginning.
    case left
    /// At the end.
    case right
  }

  /// How long the texts become.
  public var strategy: Strategy
  /// The end at which padding is put.
  public var direction: Direction
  /// A number that lengths are rounded up to a multiple of.
  public var multipleOf: Int?
  /// The number of the token for padding.
  public var id: Int
  /// The type of the token for padding.
  public var typeID: Int
  /// The text of the token for padding.
  public var token: String

  /// A padding with a token.
  public init(
    _ strategy: Strategy = .batchLongest, direction: Direction = .right, multipleOf: Int? = nil, id: Int = 0,
    typeID: Int = 0, token: String = "[PAD]"
  ) {
    self.strategy = strategy
    self.direction = direction
    self.multipleOf = multipleOf
    self.id = id
    self.typeID = typeID
    self.token = token
  }

  init(_ field: ConfigField) throws(TokenizerError) {
    let directions: [(String, Direction)] = [("Left", .left), ("Right", .right)]
    let given = try field.required("strategy")
    var strategy = Strategy.batchLongest
    if let fixed = given["Fixed"] {
      strategy = .fixed(try fixed.count())
    } else {
      strategy = try given.choice([("BatchLongest", .batchLongest)])
    }
    self.init(
      strategy, direction: try field.required("direction").choice(directions),
      multipleOf: try field["pad_to_multiple_of"]?.count(), id: try field.required("pad_id").count(),
      typeID: try field.required("pad_type_id").count(), token: try field.required("pad_token").string())
  }
}

extension TokenPadding {
  /// The longest that texts are padded to, so that a hostile file does not take all memory.
  static let longest = 1 << 24

  /// Fills up encodings to one length.
  func apply(to encodings: inout [Encoding]) throws(TokenizerError) {
    var length = 0
    switch strategy {
    case .fixed(let fixed): length = fixed
    case .batchLongest: length = encodings.map(\.count).max() ?? 0
    }
    if let multipleOf, multipleOf > 0, length % multipleOf > 0 { length += multipleOf - length % multipleOf }
    guard length <= Self.longest else {
      throw TokenizerError(
        .limitExceeded, path: "padding", expected: "a length of at most \(Self.longest)", found: "\(length)")
    }
    for index in encodings.indices { pad(&encodings[index], to: length) }
  }

  private func pad(_ encoding: inout Encoding, to length: Int) {
    for index in encoding.overflowing.indices { pad(&encoding.overflowing[index], to: length) }
    let missing = length - encoding.count
    guard missing > 0 else { return }
    func fill<Value>(_ values: inout [Value], _ value: Value) {
      let padding = [Value](repeating: value, count: missing)
      values = direction == .left ? padding + values : values + padding
    }
    fill(&encoding.ids, id)
    fill(&encoding.typeIDs, typeID)
    fill(&encoding.tokens, token)
    fill(&encoding.wordIDs, nil)
    fill(&encoding.offsets, TextOffsets(0, 0))
    fill(&encoding.specialTokensMask, 1)
    fill(&encoding.attentionMask, 0)
    guard direction == .left else { return }
    if encoding.sequences.isEmpty { return }
    for index in encoding.sequences.indices {
      let range = encoding.sequences[index].range
      encoding.sequences[index].range = range.lowerBound + missing..<range.upperBound + missing
    }
  }
}
