/// What makes a text of tokens.
indirect enum TokenDecoder: Sendable {
  case bpe(suffix: String)
  case byteLevel
  case wordPiece(prefix: String, cleansUp: Bool)
  case metaspace(Metaspace)
  case ctc(padding: String, delimiter: String, cleansUp: Bool)
  case sequence([TokenDecoder])
  case replace(Replacement)
  case fuse
  case strip(content: UInt32, start: Int, stop: Int)
  case byteFallback

  /// Whether the text of the last token is another one as soon as a token follows it.
  var changesLastToken: Bool {
    switch self {
    case .bpe: true
    case .sequence(let decoders): decoders.contains { $0.changesLastToken }
    default: false
    }
  }

  /// Whether tokens of bytes in a row are characters together, or none of them is.
  var joinsBytes: Bool {
    switch self {
    case .byteFallback: true
    case .sequence(let decoders): decoders.contains { $0.joinsBytes }
    default: false
    }
  }

  /// The parts of the text, which in a row are the text.
  func decode(_ tokens: [String]) throws(TokenizerError) -> [String] {
    switch self {
    case .bpe(let suffix):
      return tokens.enumerated().map { replacing(suffix, in: $1, by: $0 == tokens.count - 1 ? "" : " ") }
    case .byteLevel: return [decodeBytes(tokens)]
    case .wordPiece(let prefix, let cleansUp): return decodeWordPieces(tokens, prefix, cleansUp)
    case .metaspace(let metaspace): return metaspace.decode(tokens)
    case .ctc(let padding, let delimiter, let cleansUp): return decodeCTC(tokens, padding, delimiter, cleansUp)
    case .sequence(let decoders):
      var tokens = tokens
      for decoder in decoders { tokens = try decoder.decode(tokens) }
      return tokens
    case .replace(let replacement): return try replace(tokens, replacement)
    case .fuse: return [tokens.joined()]
    case .strip(let content, let start, let stop): return tokens.map { strip($0, content, start, stop) }
    case .byteFallback: return decodeFallback(tokens)
    }
  }
}

extension TokenDecoder {
  private enum Kind {
    case bpe, byteLevel, wordPiece, metaspace, ctc, sequence, replace, fuse, strip, byteFallback
  }

  private static let kinds: [(String, Kind)] = [
    ("BPEDecoder", .bpe), ("ByteLevel", .byteLevel), ("WordPiece", .wordPiece), ("Metaspace", .metaspace),
    ("CTC", .ctc), ("Sequence", .sequence), ("Replace", .replace), ("Fuse", .fuse), ("Strip", .strip),
    ("ByteFallback", .byteFallback),
  ]

  init(_ field: ConfigField) throws(TokenizerError) {
    switch try field.required("type").choice(Self.kinds) {
    case .bpe: self = .bpe(suffix: try field.required("suffix").string())
    case .byteLevel: self = .byteLevel
    case .wordPiece:
      let prefix = try field.required("prefix").string()
      self = .wordPiece(prefix: prefix, cleansUp: try field.required("cleanup").boolean())
    case .metaspace: self = .metaspace(try Metaspace(field))
    case .ctc:
      let padding = try field.required("pad_token").string()
      let delimiter = try field.required("word_delimiter_token").string()
      self = .ctc(padding: padding, delimiter: delimiter, cleansUp: try field.required("cleanup").boolean())
    case .sequence:
      var parts: [TokenDecoder] = []
      for part in try field.required("decoders").elements() { parts.append(try TokenDecoder(part)) }
      self = .sequence(parts)
    case .replace: self = .replace(try Replacement(field))
    case .fuse: self = .fuse
    case .strip:
      let content = try field.required("content").scalar()
      let start = try field.required("start").count()
      self = .strip(content: content, start: start, stop: try field.required("stop").count())
    case .byteFallback: self = .byteFallback
    }
  }
}
