extension Tokenizer {
  /// The pattern by which a model of tiktoken's cuts up texts.
  public enum TiktokenPattern: Hashable, Sendable {
    /// GPT-2, `r50k_base` and `p50k_base`.
    case gpt2
    /// GPT-4, `cl100k_base`; Llama 3 has the same.
    case cl100k
    /// GPT-4o, `o200k_base`.
    case o200k
    /// Qwen 2: each digit is a token.
    case qwen2
    /// A regular expression of another model.
    case other(String)

    var text: String {
      switch self {
      case .gpt2: KnownPatterns.gpt2
      case .cl100k: KnownPatterns.cl100k
      case .o200k: KnownPatterns.o200k
      case .qwen2: KnownPatterns.qwen2
      case .other(let pattern): pattern
      }
    }
  }

  /// Reads tiktoken's ranks: a line for each token, its bytes in base 64 and its number, which is also how early its
  /// parts are joined.
  ///
  /// - Parameters:
  ///   - specialTokens: The special tokens and their numbers, which the file does not hold.
  /// - Throws: A `TokenizerError` that names the file and the line.
  public init(
    tiktokenRanks path: String, pattern: TiktokenPattern, specialTokens: [String: Int] = [:]
  ) throws(TokenizerError) {
    try self.init(
      tiktokenRanks: try TextFile.read(path), file: path, pattern: pattern, specialTokens: specialTokens)
  }

  /// The same for what a file holds.
  package init(
    tiktokenRanks bytes: [UInt8], file path: String, pattern: TiktokenPattern, specialTokens: [String: Int] = [:]
  ) throws(TokenizerError) {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    var tokens: [(bytes: [UInt8], rank: Int)] = []
    for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 <= 0x20 }) {
      let parts = line.split { $0 <= 0x20 }
      guard parts.count == 2, let bytes = Base64.decode(parts[0]), !bytes.isEmpty,
        let rank = Int(String(decoding: parts[1], as: UTF8.self)), 0..<Vocabulary.largestID ~= rank
      else {
        throw TokenizerError(
          .badValue, file: path, path: "line \(index + 1)", expected: "bytes in base 64, a space and a number",
          found: "\"\(String(decoding: line.prefix(60), as: UTF8.self))\"")
      }
      try RankedBPE.checkLength(bytes.count, path, "line \(index + 1)")
      tokens.append((bytes, rank))
    }
    let split = PreTokenizer.split(PatternSplit(try PatternProgram(pattern.text), .isolated))
    let last = PreTokenizer.byteLevel(
      try ByteLevelSplit(addsPrefixSpace: false, trimsOffsets: true, usesPattern: false))
    self.init(RankedBPE.model(tokens), nil, .sequence([split, last]), nil, .byteLevel)
    try addSpecial(specialTokens, path)
  }

  /// Adds special tokens whose numbers are given.
  private mutating func addSpecial(_ tokens: [String: Int], _ path: String) throws(TokenizerError) {
    for (text, id) in tokens.sorted(by: { $0.value < $1.value }) {
      guard 0..<Vocabulary.largestID ~= id, model.vocabulary.text(of: id) == nil else {
        throw TokenizerError(
          .badValue, file: path, path: "special token \(text)", expected: "a number that no other token has",
          found: "\(id)")
      }
      model.vocabulary.insert(text, id)
    }
    try add(tokens.sorted { $0.value < $1.value }.map { AddedToken($0.key, isSpecial: true) })
  }
}

/// Models whose merges follow from the ranks of their tokens: any two neighbours that make a token are joined, those of
/// the lowest rank first.
enum RankedBPE {
  /// The most bytes of a token: each way to make it of two is tried, in a time that grows with its square.
  private static let longest = 1024

  static func checkLength(_ count: Int, _ file: String, _ place: String) throws(TokenizerError) {
    guard count <= longest else {
      throw TokenizerError(
        .limitExceeded, file: file, path: place, expected: "tokens of at most \(longest) bytes", found: "\(count)")
    }
  }

  static func model(_ tokens: [(bytes: [UInt8], rank: Int)]) -> BPE {
    let vocabulary = Vocabulary(capacity: tokens.count)
    var raw = ByteTable()
    raw.reserve(tokens.count)
    for token in tokens {
      var text = String.UnicodeScalarView()
      for byte in token.bytes {
        if let scalar = Unicode.Scalar(ByteCharacters.scalars[Int(byte)]) { text.append(scalar) }
      }
      vocabulary.insert(String(text), token.rank)
      _ = token.bytes.withUnsafeBufferPointer { raw.insert($0, Int32(token.rank)) }
    }
    var merges = MergeTable(capacity: tokens.count * 2)
    for token in tokens where token.bytes.count > 1 { addMerges(of: token, raw, &merges) }
    var options = BPE.Options()
    options.ignoresMerges = true
    return BPE(vocabulary, merges, options, isByteLevel: true)
  }

  /// All ways to make a token of two.
  private static func addMerges(
    of token: (bytes: [UInt8], rank: Int), _ raw: ByteTable, _ merges: inout MergeTable
  ) {
    token.bytes.withUnsafeBufferPointer { bytes in
      for cut in 1..<bytes.count {
        let first = raw.find(UnsafeBufferPointer(rebasing: bytes[..<cut]))
        let second = raw.find(UnsafeBufferPointer(rebasing: bytes[cut...]))
        if first >= 0, second >= 0 { merges.insert(first, second, rank: token.rank, id: Int32(token.rank)) }
      }
    }
  }
}
