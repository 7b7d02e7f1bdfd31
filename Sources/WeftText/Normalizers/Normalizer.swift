/// What a tokenizer does to a text before it cuts it up.
indirect enum Normalizer: Sendable {
  case bert(BertNormalizer)
  case form(NormalForm)
  case lowercase
  case stripAccents
  case strip(left: Bool, right: Bool)
  case replace(Replacement)
  case prepend([UInt8])
  case precompiled(PrecompiledCharacters)
  case nmt
  case byteLevel
  /// One space where there are several, and none at the ends.
  case collapseSpaces
  case sequence([Normalizer])

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    try change(&text)
    try TextLimit.check(text.bytes.count)
  }

  private func change(_ text: inout AlignedText) throws(TokenizerError) {
    switch self {
    case .bert(let normalizer): normalizer.normalize(&text)
    case .form(let form): text.apply(form)
    case .lowercase: text.lowercase()
    case .stripAccents: text.remove(.combiningMark)
    case .strip(let left, let right): text.strip(left: left, right: right)
    case .replace(let replacement): try replacement.normalize(&text)
    case .prepend(let prefix): text.prepend(prefix)
    case .precompiled(let characters): try characters.normalize(&text)
    case .nmt: NmtNormalizer.normalize(&text)
    case .byteLevel: text.mapToByteCharacters()
    case .collapseSpaces: text.collapseSpaces()
    case .sequence(let normalizers): for normalizer in normalizers { try normalizer.normalize(&text) }
    }
  }
}

extension Normalizer {
  private enum Kind {
    case bert, strip, stripAccents, form(NormalForm), sequence, lowercase, nmt, precompiled, replace, prepend, byteLevel
  }

  private static let kinds: [(String, Kind)] = [
    ("BertNormalizer", .bert), ("Strip", .strip), ("StripAccents", .stripAccents), ("NFC", .form(.composed)),
    ("NFD", .form(.decomposed)), ("NFKC", .form(.compatibleComposed)), ("NFKD", .form(.compatibleDecomposed)),
    ("Sequence", .sequence), ("Lowercase", .lowercase), ("Nmt", .nmt), ("Precompiled", .precompiled),
    ("Replace", .replace), ("Prepend", .prepend), ("ByteLevel", .byteLevel),
  ]

  init(_ field: ConfigField) throws(TokenizerError) {
    switch try field.required("type").choice(Self.kinds) {
    case .bert: self = .bert(try BertNormalizer(field))
    case .strip:
      let left = try field.required("strip_left").boolean()
      self = .strip(left: left, right: try field.required("strip_right").boolean())
    case .stripAccents: self = .stripAccents
    case .form(let form): self = .form(form)
    case .sequence:
      var parts: [Normalizer] = []
      for part in try field.required("normalizers").elements() { parts.append(try Normalizer(part)) }
      self = .sequence(parts)
    case .lowercase: self = .lowercase
    case .nmt: self = .nmt
    case .precompiled: self = .precompiled(try PrecompiledCharacters(try field.required("precompiled_charsmap")))
    case .replace: self = .replace(try Replacement(field))
    case .prepend: self = .prepend(Array(try field.required("prepend").string().utf8))
    case .byteLevel: self = .byteLevel
    }
  }
}

extension AlignedText {
  /// Removes the scalars that have a flag.
  mutating func remove(_ flag: ScalarFlags) {
    let tables = UnicodeTables.shared
    var isClean = true
    forEachScalar { scalar, _, _ in if tables.has(scalar, flag) { isClean = false } }
    guard !isClean else { return }
    mapScalars { scalar, emit in if !tables.has(scalar, flag) { emit(scalar) } }
  }

  /// Makes one space of several, and none of those at the ends.
  mutating func collapseSpaces() {
    var isNeeded = bytes.first == 0x20 || bytes.last == 0x20
    for index in bytes.indices.dropFirst() where bytes[index] == 0x20 && bytes[index - 1] == 0x20 { isNeeded = true }
    guard isNeeded else { return }
    let last = bytes.lastIndex { $0 != 0x20 } ?? -1
    align()
    var result = Rewriting(capacity: bytes.count)
    for place in bytes.indices where place <= last {
      if bytes[place] == 0x20, result.bytes.isEmpty || result.bytes.last == 0x20 { continue }
      result.bytes.append(bytes[place])
      result.starts.append(starts[place])
      result.ends.append(ends[place])
    }
    take(result)
  }

  /// Removes white space at the ends.
  mutating func strip(left: Bool, right: Bool) {
    let tables = UnicodeTables.shared
    var first = left ? bytes.count : 0
    var last = right ? 0 : bytes.count
    var isInside = false
    forEachScalar { scalar, place, length in
      guard !tables.has(scalar, .whitespace) else { return }
      if left, !isInside { first = place }
      isInside = true
      if right { last = place + length }
    }
    guard first > 0 || last < bytes.count else { return }
    let kept = first < last ? first..<last : 0..<0
    self = part(kept, shift: shift)
  }
}
