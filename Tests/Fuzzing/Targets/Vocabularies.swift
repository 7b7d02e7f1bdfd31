import WeftText

extension FuzzTarget {
  private static let goldens = "WeftTextTests/Goldens"

  static let vocabularies: [FuzzTarget] = [
    FuzzTarget("tiktoken", longest: 4096) { bytes in
      succeeds {
        try use(try Tokenizer(tiktokenRanks: bytes, file: "file", pattern: .gpt2, specialTokens: ["<s>": 900]))
      }
    },
    FuzzTarget("wordpiece", longest: 4096) { bytes in
      succeeds { try use(try Tokenizer(vocabularyText: String(decoding: bytes, as: UTF8.self), file: "file")) }
    },
    FuzzTarget("gguf-tokenizer", longest: 4096) { bytes in
      succeeds { try use(try Tokenizer(gguf: tables(String(decoding: bytes, as: UTF8.self)))) }
    },
    // A regular expression in the first line, and a text for it in the others.
    FuzzTarget("pattern", longest: 512) { bytes in
      let (pattern, text) = parted(String(decoding: bytes, as: UTF8.self), at: "\n")
      return succeeds { _ = try WholePattern(pattern).matches(text) }
    },
  ]

  private static func parted(_ text: String, at separator: Character) -> (String, String) {
    guard let place = text.firstIndex(of: separator) else { return (text, "") }
    return (String(text[..<place]), String(text[text.index(after: place)...]))
  }

  /// The tables that a GGUF file may have, from lines: the model, its pattern's name, three numbers of tokens; then a
  /// token, its score and its type in each, and behind an empty line merges.
  private static func tables(_ text: String) -> GGUFVocabulary {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let tokens = lines.dropFirst(3).prefix { !$0.isEmpty }.map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    var tables = GGUFVocabulary(model: lines[0], tokens: tokens.map { $0[0] })
    tables.pre = lines.count > 1 ? lines[1] : nil
    let ids = lines.count > 2 ? lines[2].split(separator: " ").map { Int($0) } : []
    (tables.beginningID, tables.endID) = (ids.first ?? nil, ids.dropFirst().first ?? nil)
    tables.unknownID = ids.dropFirst(2).first ?? nil
    if tokens.contains(where: { $0.count > 1 }) { tables.scores = tokens.map { $0.count > 1 ? Float($0[1]) ?? 0 : 0 } }
    if tokens.contains(where: { $0.count > 2 }) { tables.types = tokens.map { $0.count > 2 ? Int($0[2]) ?? 1 : 1 } }
    let merges = lines.dropFirst(3 + tokens.count + 1)
    if !merges.isEmpty { tables.merges = Array(merges) }
    return tables
  }
}
