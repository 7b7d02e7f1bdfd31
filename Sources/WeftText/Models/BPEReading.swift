extension BPE {
  /// The model of a `tokenizer.json`.
  convenience init(_ field: ConfigField, isByteLevel: Bool) throws(TokenizerError) {
    let vocabulary = try Vocabulary(try field.required("vocab"))
    var options = Options()
    options.unknown = try field["unk_token"]?.string()
    options.prefix = try field["continuing_subword_prefix"]?.string()
    options.suffix = try field["end_of_word_suffix"]?.string()
    options.joinsUnknown = try field.boolean("fuse_unk", default: false)
    options.fallsBackToBytes = try field.boolean("byte_fallback", default: false)
    options.ignoresMerges = try field.boolean("ignore_merges", default: false)
    let merges = try MergeTable(try field.required("merges"), vocabulary, prefix: options.prefix ?? "")
    self.init(vocabulary, merges, options, isByteLevel: isByteLevel)
  }
}

extension MergeTable {
  /// The merges of a file: pairs, or texts with a space between the parts.
  init(_ field: ConfigField, _ vocabulary: Vocabulary, prefix: String) throws(TokenizerError) {
    guard case .array(let values) = field.value else { throw field.failure(expected: "an array of merges") }
    self.init(capacity: values.count)
    var rank = 0
    for (index, value) in values.enumerated() {
      func place() -> ConfigField { ConfigField(value: value, path: "\(field.path)[\(index)]", file: field.file) }
      switch value {
      case .text(let line):
        if line.utf8.starts(with: "#version".utf8) { continue }
        guard let pair = Self.parts(of: line) else {
          throw place().failure(expected: "two tokens with one space between them")
        }
        try add(pair, rank, vocabulary, prefix, place)
      case .array(let pair):
        guard pair.count == 2, case .text(let first) = pair[0], case .text(let second) = pair[1] else {
          throw place().failure(expected: "two tokens")
        }
        try add((first, second), rank, vocabulary, prefix, place)
      default: throw place().failure(expected: "two tokens, or one text of them")
      }
      rank += 1
    }
  }

  /// The two tokens of a line.
  static func parts(of line: String) -> (String, String)? {
    let utf8 = line.utf8
    guard let space = utf8.firstIndex(of: 0x20) else { return nil }
    let second = utf8[utf8.index(after: space)...]
    guard !second.contains(0x20) else { return nil }
    return (String(line[..<space]), String(line[utf8.index(after: space)...]))
  }

  mutating func add(
    _ pair: (String, String), _ rank: Int, _ vocabulary: Vocabulary, _ prefix: String, _ place: () -> ConfigField
  ) throws(TokenizerError) {
    func id(_ token: String) throws(TokenizerError) -> Int32 {
      guard let id = vocabulary.id(of: token) else {
        throw place().failure(expected: "tokens of the vocabulary", found: "\"\(token)\", which is not in it")
      }
      return Int32(id)
    }
    let first = try id(pair.0)
    let second = try id(pair.1)
    var joined = pair.0
    if prefix.isEmpty {
      joined += pair.1
    } else {
      guard pair.1.utf8.count >= prefix.utf8.count,
        let rest = String(validating: pair.1.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
      else { throw place().failure(expected: "a second token that begins with \"\(prefix)\"") }
      joined += rest
    }
    note(joined)
    insert(first, second, rank: rank, id: try id(joined))
  }
}
