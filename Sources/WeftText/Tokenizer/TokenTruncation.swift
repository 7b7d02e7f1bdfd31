/// How a tokenizer cuts off texts that are too long.
public struct TokenTruncation: Hashable, Sendable {
  /// The end at which tokens are cut off.
  public enum Direction: Hashable, Sendable {
    /// At the beginning.
    case left
    /// At the end.
    case right
  }

  /// Which text of a pair is cut.
  public enum Strategy: Hashable, Sendable {
    /// The longer one, then both.
    case longestFirst
    /// The first only.
    case onlyFirst
    /// The second only.
    case onlySecond
  }

  /// The most tokens, those that are added among them.
  public var maxLength: Int
  /// Which text of a pair is cut.
  public var strategy: Strategy
  /// How many tokens the parts that overflow have in common.
  public var stride: Int
  /// The end at which tokens are cut off.
  public var direction: Direction

  /// A truncation to so many tokens.
  public init(maxLength: Int, strategy: Strategy = .longestFirst, stride: Int = 0, direction: Direction = .right) {
    self.maxLength = maxLength
    self.strategy = strategy
    self.stride = stride
    self.direction = direction
  }

  init(_ field: ConfigField) throws(TokenizerError) {
    let directions: [(String, Direction)] = [("Left", .left), ("Right", .right)]
    let strategies: [(String, Strategy)] = [
      ("LongestFirst", .longestFirst), ("OnlyFirst", .onlyFirst), ("OnlySecond", .onlySecond),
    ]
    self.init(
      maxLength: try field.required("max_length").count(),
      strategy: try field.required("strategy").choice(strategies), stride: try field.required("stride").count(),
      direction: try field["direction"]?.choice(directions) ?? .right)
  }
}

extension TokenTruncation {
  private static func failure(expected: String, found: String) -> TokenizerError {
    TokenizerError(.truncation, expected: expected, found: found)
  }

  /// Truncates one text or a pair, to which `added` tokens will be added.
  func apply(to encodings: inout [Encoding], added: Int) throws(TokenizerError) {
    guard maxLength >= 0, stride >= 0 else {
      throw Self.failure(
        expected: "a length and a stride of at least 0", found: "the length \(maxLength) and the stride \(stride)")
    }
    guard maxLength >= added else {
      throw Self.failure(expected: "room for the \(added) tokens that are added", found: "a length of \(maxLength)")
    }
    let room = maxLength - added
    guard room > 0 else {
      for index in encodings.indices { try truncate(&encodings[index], to: 0) }
      return
    }
    let total = encodings.reduce(0) { $0 + $1.count }
    guard total > room else { return }
    switch strategy {
    case .longestFirst: try truncateLongest(&encodings, room)
    case .onlyFirst, .onlySecond: try truncateOne(&encodings, total - room)
    }
  }

  private func truncateLongest(_ encodings: inout [Encoding], _ room: Int) throws(TokenizerError) {
    guard encodings.count > 1 else { return try truncate(&encodings[0], to: room) }
    let isFirstLonger = encodings[0].count > encodings[1].count
    var shorter = min(encodings[0].count, encodings[1].count)
    var longer = shorter > room ? shorter : max(shorter, room - shorter)
    if shorter + longer > room {
      shorter = room / 2
      longer = shorter + room % 2
    }
    try truncate(&encodings[0], to: isFirstLonger ? longer : shorter)
    try truncate(&encodings[1], to: isFirstLonger ? shorter : longer)
  }

  private func truncateOne(_ encodings: inout [Encoding], _ excess: Int) throws(TokenizerError) {
    let index = strategy == .onlyFirst ? 0 : 1
    guard index < encodings.count else { throw Self.failure(expected: "a second text to cut", found: "one text") }
    guard encodings[index].count > excess else {
      throw Self.failure(
        expected: "a text of more than \(excess) tokens to cut \(excess) from",
        found: "\(encodings[index].count) tokens")
    }
    try truncate(&encodings[index], to: encodings[index].count - excess)
  }

  /// Keeps so many tokens of an encoding and makes the rest overflow.
  func truncate(_ encoding: inout Encoding, to length: Int) throws(TokenizerError) {
    guard length < encoding.count else { return }
    guard length > 0 else {
      let all = encoding
      encoding = Encoding()
      encoding.overflowing = [all]
      return
    }
    guard stride < length else {
      throw Self.failure(expected: "a stride below the \(length) tokens that are kept", found: "a stride of \(stride)")
    }
    let parts = ranges(of: encoding.count, length).map { encoding.part($0) }
    encoding = parts[0]
    encoding.overflowing = Array(parts.dropFirst())
  }

  private func ranges(of count: Int, _ length: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var place = 0
    repeat {
      let end = min(place + length, count)
      result.append(direction == .right ? place..<end : count - end..<count - place)
      place += length - stride
      if end == count { break }
    } while place < count
    return result
  }
}
