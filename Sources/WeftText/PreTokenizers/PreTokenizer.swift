/// How a tokenizer cuts a text into the stretches that its model sees one by one.
indirect enum PreTokenizer: Sendable {
  case bert
  case byteLevel(ByteLevelSplit)
  case delimiter(UInt32)
  case metaspace(Metaspace)
  case whitespace
  case whitespaceSplit
  case split(PatternSplit)
  case punctuation(SplitBehavior)
  case digits(individual: Bool)
  case unicodeScripts
  case fixedLength(Int)
  case sequence([PreTokenizer])

  /// Cuts up a text. The bytes of the last step's `ByteLevel` stay as they are where `keepsBytes` says so.
  func apply(to text: inout PieceText, keepsBytes: Bool = false) throws(TokenizerError) {
    switch self {
    case .bert:
      text.splitScalars(.removed) { $0.has($1, .whitespace) }
      text.splitScalars(.isolated) { $0.has($1, .punctuation) }
    case .byteLevel(let split): try split.apply(to: &text, keepsBytes: keepsBytes)
    case .delimiter(let delimiter): text.splitScalars(.removed) { $1 == delimiter }
    case .metaspace(let metaspace): try metaspace.apply(to: &text)
    case .whitespace: text.splitWords()
    case .whitespaceSplit: text.splitScalars(.removed) { $0.has($1, .whitespace) }
    case .split(let split): try split.apply(to: &text)
    case .punctuation(let behavior): text.splitScalars(behavior) { $0.has($1, .punctuation) }
    case .digits(let individual):
      text.splitScalars(individual ? .isolated : .contiguous) { $0.has($1, .numeric) }
    case .unicodeScripts: UnicodeScripts.apply(to: &text)
    case .fixedLength(let length): text.splitEvery(length)
    case .sequence(let parts):
      for (index, part) in parts.enumerated() {
        try part.apply(to: &text, keepsBytes: keepsBytes && index == parts.count - 1)
      }
    }
  }

  /// Whether the last step maps bytes to their printable characters.
  var endsInByteLevel: Bool {
    switch self {
    case .byteLevel: true
    case .sequence(let parts): parts.last?.endsInByteLevel ?? false
    default: false
    }
  }
}

extension PreTokenizer {
  private enum Kind {
    case bert, byteLevel, delimiter, metaspace, whitespace, sequence, split, punctuation, whitespaceSplit, digits
    case unicodeScripts, fixedLength
  }

  private static let kinds: [(String, Kind)] = [
    ("BertPreTokenizer", .bert), ("ByteLevel", .byteLevel), ("CharDelimiterSplit", .delimiter),
    ("Metaspace", .metaspace), ("Whitespace", .whitespace), ("Sequence", .sequence), ("Split", .split),
    ("Punctuation", .punctuation), ("WhitespaceSplit", .whitespaceSplit), ("Digits", .digits),
    ("UnicodeScripts", .unicodeScripts), ("FixedLength", .fixedLength),
  ]

  init(_ field: ConfigField) throws(TokenizerError) {
    switch try field.required("type").choice(Self.kinds) {
    case .bert: self = .bert
    case .byteLevel: self = .byteLevel(try ByteLevelSplit(field))
    case .delimiter: self = .delimiter(try field.required("delimiter").scalar())
    case .metaspace: self = .metaspace(try Metaspace(field))
    case .whitespace: self = .whitespace
    case .sequence:
      var parts: [PreTokenizer] = []
      for part in try field.required("pretokenizers").elements() { parts.append(try PreTokenizer(part)) }
      self = .sequence(parts)
    case .split: self = .split(try PatternSplit(field))
    case .punctuation: self = .punctuation(try field["behavior"]?.choice(SplitBehavior.names) ?? .isolated)
    case .whitespaceSplit: self = .whitespaceSplit
    case .digits: self = .digits(individual: try field.required("individual_digits").boolean())
    case .unicodeScripts: self = .unicodeScripts
    case .fixedLength:
      let length = try field["length"]?.count() ?? 5
      guard length > 0 else { throw field.failure(expected: "a length of at least 1", found: "the length 0") }
      self = .fixedLength(length)
    }
  }
}
