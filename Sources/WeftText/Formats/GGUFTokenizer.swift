/// What a GGUF file says of its model's tokenizer: the values of its `tokenizer.ggml.` keys.
public struct GGUFVocabulary: Sendable {
  /// `tokenizer.ggml.model`: `gpt2` for byte-level BPE, `llama` for SentencePiece's BPE, `t5` for Unigram, `bert` for
  /// WordPiece.
  public var model: String
  /// `tokenizer.ggml.pre`: the name of the pattern that cuts texts up; nil where there is none.
  public var pre: String?
  /// `tokenizer.ggml.tokens`.
  public var tokens: [String]
  /// `tokenizer.ggml.scores`.
  public var scores: [Float]?
  /// `tokenizer.ggml.token_type`: 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte.
  public var types: [Int]?
  /// `tokenizer.ggml.merges`.
  public var merges: [String]?
  /// `tokenizer.ggml.bos_token_id`.
  public var beginningID: Int?
  /// `tokenizer.ggml.eos_token_id`.
  public var endID: Int?
  /// `tokenizer.ggml.unknown_token_id`.
  public var unknownID: Int?
  /// `tokenizer.ggml.add_bos_token`; nil for what the kind of model does.
  public var addsBeginning: Bool?
  /// `tokenizer.ggml.add_eos_token`; nil for what the kind of model does.
  public var addsEnd: Bool?
  /// `tokenizer.ggml.add_space_prefix`; nil for what the kind of model does.
  public var addsSpacePrefix: Bool?

  /// A vocabulary of a kind, with its tokens in the order of their numbers.
  public init(model: String, tokens: [String]) {
    self.model = model
    self.tokens = tokens
  }
}

extension Tokenizer {
  /// Makes the tokenizer that a GGUF file describes.
  ///
  /// - Parameter file: The name that errors give.
  /// - Throws: A `TokenizerError` where the tables do not fit each other or a kind or pattern is not known.
  public init(gguf source: GGUFVocabulary, file: String = "gguf") throws(TokenizerError) {
    self = try source.tokenizer(file)
  }
}

extension GGUFVocabulary {
  /// The patterns of `tokenizer.ggml.pre`, by their names.
  private static let patterns: [(names: [String], PatternKind)] = [
    (["gpt-2", "mpt", "olmo", "jais", "phi-2", "exaone"], .plain(KnownPatterns.gpt2)),
    (["default"], .plain(KnownPatterns.gpt2)),
    (["smollm", "starcoder", "refact", "command-r", "codeshell"], .digits),
    (["llama-bpe", "llama3", "llama-v3", "dbrx", "smaug-bpe"], .plain(KnownPatterns.cl100k)),
    (["qwen2", "deepseek-r1-qwen", "stablelm2", "megrez"], .plain(KnownPatterns.qwen2)),
    (["gpt-4o", "llama4"], .plain(KnownPatterns.o200k)),
  ]

  private enum PatternKind {
    case plain(String)
    /// Each digit on its own, then GPT-2's pattern.
    case digits
  }

  private func check() throws(TokenizerError) {
    func fail(_ key: String, _ expected: String, _ found: String) -> TokenizerError {
      TokenizerError(.badValue, path: "tokenizer.ggml.\(key)", expected: expected, found: found)
    }
    guard !tokens.isEmpty, tokens.count < Vocabulary.largestID else {
      throw fail("tokens", "1 to \(Vocabulary.largestID) tokens", "\(tokens.count)")
    }
    if let scores, scores.count != tokens.count { throw fail("scores", "\(tokens.count) scores", "\(scores.count)") }
    if let scores, !scores.allSatisfy(\.isFinite) { throw fail("scores", "finite scores", "one that is not") }
    if let types, types.count != tokens.count { throw fail("token_type", "\(tokens.count) types", "\(types.count)") }
    for (key, id) in [("bos_token_id", beginningID), ("eos_token_id", endID), ("unknown_token_id", unknownID)] {
      if let id, !tokens.indices.contains(id) {
        throw fail(key, "the number of one of \(tokens.count) tokens", "\(id)")
      }
    }
  }

  fileprivate func tokenizer(_ file: String) throws(TokenizerError) -> Tokenizer {
    do throws(TokenizerError) {
      try check()
      var result = try withoutSpecialTokens()
      let special = tokensOfType { $0 == 3 || $0 == 2 }.map { AddedToken($0, isSpecial: true) }
      try result.add(special + tokensOfType { $0 == 4 }.map { AddedToken($0, isNormalized: false) })
      return result
    } catch {
      throw error.inFile(file)
    }
  }

  private func withoutSpecialTokens() throws(TokenizerError) -> Tokenizer {
    switch model {
    case "gpt2": return try byteLevel()
    case "llama", "t5": return try sentencePiece()
    case "bert": return try wordPiece()
    default:
      throw TokenizerError(
        .unsupported, path: "tokenizer.ggml.model", expected: "one of gpt2, llama, t5, bert", found: model)
    }
  }

  private func tokensOfType(_ holds: (Int) -> Bool) -> [String] {
    guard let types else { return [] }
    return zip(tokens, types).filter { holds($1) && !$0.isEmpty }.map(\.0)
  }

  private var vocabulary: Vocabulary {
    let result = Vocabulary(capacity: tokens.count)
    for (id, token) in tokens.enumerated() { result.insert(token, id) }
    return result
  }

  /// What stands around each text.
  private func edges(beginning: Bool, end: Bool) -> PostProcessor? {
    func edge(_ id: Int?, _ wanted: Bool) -> [(id: Int, text: String)] {
      id.flatMap { wanted ? [($0, tokens[$0])] : nil } ?? []
    }
    let before = edge(beginningID, addsBeginning ?? beginning)
    let behind = edge(endID, addsEnd ?? end)
    return before.isEmpty && behind.isEmpty ? nil : .template(TemplateProcessor(before: before, behind: behind))
  }

  private func byteLevel() throws(TokenizerError) -> Tokenizer {
    let vocabulary = vocabulary
    guard let merges else {
      throw TokenizerError(.missing, path: "tokenizer.ggml.merges", expected: "merges", found: "nothing")
    }
    var table = MergeTable(capacity: merges.count)
    for (rank, line) in merges.enumerated() {
      func place() -> ConfigField {
        ConfigField(value: .text(line), path: "tokenizer.ggml.merges[\(rank)]", file: "")
      }
      guard let pair = MergeTable.parts(of: line) else {
        throw place().failure(expected: "two tokens with one space between them")
      }
      try table.add(pair, rank, vocabulary, "", place)
    }
    let pre = pre ?? "default"
    guard let kind = Self.patterns.first(where: { $0.names.contains(pre) })?.1 else {
      let known = Self.patterns.flatMap(\.names).joined(separator: ", ")
      throw TokenizerError(.unsupported, path: "tokenizer.ggml.pre", expected: "one of \(known)", found: pre)
    }
    var options = BPE.Options()
    options.ignoresMerges = ["llama-bpe", "llama3", "llama-v3"].contains(pre)
    let model = BPE(vocabulary, table, options, isByteLevel: true)
    return Tokenizer(model, nil, try Self.preTokenizer(kind), edges(beginning: false, end: false), .byteLevel)
  }

  private static func preTokenizer(_ kind: PatternKind) throws(TokenizerError) -> PreTokenizer {
    switch kind {
    case .plain(let pattern):
      let split = PatternSplit(try PatternProgram(pattern), .isolated)
      let bytes = try ByteLevelSplit(addsPrefixSpace: false, trimsOffsets: true, usesPattern: false)
      return .sequence([.split(split), .byteLevel(bytes)])
    case .digits:
      let bytes = try ByteLevelSplit(addsPrefixSpace: false, trimsOffsets: true, usesPattern: true)
      return .sequence([.digits(individual: true), .byteLevel(bytes)])
    }
  }

  private func sentencePiece() throws(TokenizerError) -> Tokenizer {
    guard let scores else {
      throw TokenizerError(.missing, path: "tokenizer.ggml.scores", expected: "scores", found: "nothing")
    }
    var pieces: [SentencePieceModel.Piece] = []
    for index in tokens.indices {
      let kind = types.flatMap { UInt64(exactly: $0[index]) }.flatMap(SentencePieceModel.Kind.init) ?? .normal
      pieces.append(.init(text: tokens[index], score: Double(scores[index]), kind: kind))
    }
    let isUnigram = model == "t5"
    var source = SentencePieceModel(pieces, isUnigram: isUnigram)
    source.addsDummyPrefix = addsSpacePrefix ?? true
    source.removesExtraSpaces = isUnigram
    return try Tokenizer(source, "", edges(beginning: !isUnigram, end: isUnigram))
  }

  private func wordPiece() throws(TokenizerError) -> Tokenizer {
    // GGUF marks the beginnings of words, as SentencePiece does, and leaves continuations bare.
    let marked = Vocabulary(capacity: tokens.count)
    for (id, token) in tokens.enumerated() {
      let isMarked = token.unicodeScalars.first == "\u{2581}"
      let isSpecial = types.map { $0[id] == 3 || $0[id] == 2 } ?? (token.hasPrefix("[") && token.hasSuffix("]"))
      marked.insert(isMarked ? String(token.unicodeScalars.dropFirst()) : isSpecial ? token : "##" + token, id)
    }
    let unknown = unknownID.map { tokens[$0] } ?? "[UNK]"
    return Tokenizer(
      try WordPiece(marked, unknown: unknown), .bert(BertNormalizer()), .bert, edges(beginning: true, end: true),
      .wordPiece(prefix: "##", cleansUp: true))
  }
}
