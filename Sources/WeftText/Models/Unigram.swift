/// A model that takes the most likely tokens for a text (Kudo, 2018), found by Viterbi's algorithm.
final class Unigram: TokenModel {
  let vocabulary: Vocabulary
  private let scores: [Double]
  private let unknown: Int?
  private let unknownScore: Double
  private let bytesByValue: [Int32]?
  private let trie: ByteTrie
  var unknownWithText: Int32 { Int32(unknown ?? -1) }

  /// - Parameter fallsBackToBytes: Whether what is not known is written as the tokens of its bytes.
  init(
    _ pieces: [(text: String, score: Double)], unknown: Int?, fallsBackToBytes: Bool
  ) throws(TokenizerError) {
    vocabulary = Vocabulary(capacity: pieces.count)
    scores = pieces.map(\.score)
    self.unknown = unknown
    unknownScore = (scores.min() ?? .infinity) - 10
    for (id, piece) in pieces.enumerated() { vocabulary.insert(piece.text, id) }
    bytesByValue = fallsBackToBytes ? vocabulary.byteTokens : nil
    var trie = ByteTrie()
    for (id, piece) in pieces.enumerated() where !piece.text.isEmpty {
      guard withUTF8Bytes(piece.text, { trie.insert($0, Int32(id)) }) else { throw ByteTrie.isFull }
    }
    self.trie = trie
  }

  convenience init(_ field: ConfigField) throws(TokenizerError) {
    var pieces: [(text: String, score: Double)] = []
    let list = try field.required("vocab")
    guard case .array(let values) = list.value else { throw list.failure(expected: "an array of pairs") }
    pieces.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard case .array(let pair) = value, pair.count == 2, case .text(let text) = pair[0], let score = pair[1].double
      else {
        let place = ConfigField(value: value, path: "\(list.path)[\(index)]", file: list.file)
        throw place.failure(expected: "a text and its score")
      }
      pieces.append((text, score))
    }
    guard pieces.count < Vocabulary.largestID else {
      throw list.failure(.limitExceeded, expected: "fewer than \(Vocabulary.largestID) tokens")
    }
    let unknown = try field["unk_id"]?.id()
    if let unknown, unknown >= pieces.count, let place = field["unk_id"] {
      throw place.failure(expected: "the number of one of \(pieces.count) tokens")
    }
    try self.init(pieces, unknown: unknown, fallsBackToBytes: try field.boolean("byte_fallback", default: false))
  }

  func tokenize(_ bytes: UnsafeBufferPointer<UInt8>, isRaw: Bool, _ desk: TokenizerDesk) throws(TokenizerError) {
    try findPath(bytes, desk)
    let first = desk.tokens.count
    var end = bytes.count
    var unknownEnd = -1
    while end > 0 {
      let node = desk.path[end]
      if Int(node.id) == unknown {
        if unknownEnd < 0 { unknownEnd = end }
      } else {
        if unknownEnd >= 0 { try addUnknown(bytes, end, unknownEnd, desk) }
        unknownEnd = -1
        desk.tokens.append(ModelToken(id: node.id, start: node.start, end: Int32(end)))
      }
      end = Int(node.start)
    }
    if unknownEnd >= 0 { try addUnknown(bytes, 0, unknownEnd, desk) }
    desk.tokens[first...].reverse()
  }

  /// The best way to each place of a text.
  private func findPath(_ bytes: UnsafeBufferPointer<UInt8>, _ desk: TokenizerDesk) throws(TokenizerError) {
    guard let base = bytes.baseAddress else { return }
    desk.path.removeAll(keepingCapacity: true)
    desk.path.append(contentsOf: repeatElement(.init(score: 0, start: -1, id: 0), count: bytes.count + 1))
    var place = 0
    while place < bytes.count {
      let reached = desk.path[place].score
      let length = ScalarAt(base, place).length
      let hasSingle = desk.path.withUnsafeMutableBufferPointer { path in
        extend(path, bytes, from: place, reached, length)
      }
      let next = place + length
      if !hasSingle, desk.path[next].start < 0 || reached + unknownScore > desk.path[next].score {
        guard let unknown else {
          throw TokenizerError(
            .missingToken, path: "model.unk_id",
            expected: "an unknown token, which \"\(String(decoding: bytes[place..<next], as: UTF8.self))\" needs",
            found: "none")
        }
        desk.path[next] = .init(score: reached + unknownScore, start: Int32(place), id: Int32(unknown))
      }
      place = next
    }
  }

  /// Goes one token further from a place, and says whether its first scalar is a token.
  @inline(__always)
  private func extend(
    _ path: UnsafeMutableBufferPointer<TokenizerDesk.PathNode>, _ bytes: UnsafeBufferPointer<UInt8>, from place: Int,
    _ reached: Double, _ length: Int
  ) -> Bool {
    var hasSingle = false
    var node = ByteTrie.root
    var end = place
    while end < bytes.count {
      node = trie.child(of: node, bytes[end])
      guard node != 0 else { break }
      end += 1
      let id = trie.value(at: node)
      guard id >= 0 else { continue }
      let score = scores[Int(id)] + reached
      if path[end].start < 0 || score > path[end].score {
        path[end] = .init(score: score, start: Int32(place), id: id)
      }
      if end - place == length { hasSingle = true }
    }
    return hasSingle
  }

  /// Adds the tokens of an unknown stretch, the last first.
  private func addUnknown(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ desk: TokenizerDesk
  ) throws(TokenizerError) {
    let part = UnsafeBufferPointer(rebasing: bytes[start..<end])
    let whole = vocabulary.find(part)
    if whole < 0, let bytesByValue, part.allSatisfy({ bytesByValue[Int($0)] >= 0 }) {
      for byte in part.reversed() {
        desk.tokens.append(ModelToken(id: bytesByValue[Int(byte)], start: Int32(start), end: Int32(end)))
      }
      return
    }
    let id = whole >= 0 ? whole : Int32(unknown ?? 0)
    desk.tokens.append(ModelToken(id: id, start: Int32(start), end: Int32(end)))
  }
}

extension ConfigValue {
  /// A number of either kind.
  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

extension Vocabulary {
  /// The tokens `<0x00>` to `<0xFF>`, -1 for those that are missing.
  var byteTokens: [Int32] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return Int32(id(of: "<0x" + (byte < 16 ? "0" : "") + digits + ">") ?? -1)
    }
  }
}
