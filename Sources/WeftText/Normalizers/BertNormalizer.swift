/// The normalizer of BERT's tokenizers.
struct BertNormalizer: Sendable {
  let cleansText: Bool
  let separatesChinese: Bool
  let stripsAccents: Bool
  let lowercases: Bool

  init(cleansText: Bool = true, separatesChinese: Bool = true, stripsAccents: Bool? = nil, lowercases: Bool = true) {
    self.cleansText = cleansText
    self.separatesChinese = separatesChinese
    self.stripsAccents = stripsAccents ?? lowercases
    self.lowercases = lowercases
  }

  init(_ field: ConfigField) throws(TokenizerError) {
    self.init(
      cleansText: try field.required("clean_text").boolean(),
      separatesChinese: try field.required("handle_chinese_chars").boolean(),
      stripsAccents: try field["strip_accents"]?.boolean(), lowercases: try field.required("lowercase").boolean())
  }

  func normalize(_ text: inout AlignedText) {
    if cleansText || separatesChinese { clean(&text) }
    if stripsAccents {
      text.apply(.decomposed)
      text.remove(.accent)
    }
    if lowercases { text.lowercase() }
  }

  /// Removes control characters, makes white space plain, and puts spaces around Chinese characters.
  private func clean(_ text: inout AlignedText) {
    let tables = UnicodeTables.shared
    guard needsCleaning(text, tables) else { return }
    text.mapScalars { scalar, emit in
      if cleansText {
        if Self.isWhitespace(scalar, tables) { return emit(0x20) }
        if scalar == 0 || scalar == 0xFFFD || tables.has(scalar, .control) { return }
      }
      guard separatesChinese, Self.isChinese(scalar) else { return emit(scalar) }
      emit(0x20)
      emit(scalar)
      emit(0x20)
    }
  }

  private func needsCleaning(_ text: AlignedText, _ tables: UnicodeTables) -> Bool {
    var needs = false
    text.forEachScalar { scalar, _, _ in
      if scalar &- 0x20 < 0x5F { return }
      if cleansText {
        needs = needs || scalar == 0 || scalar == 0xFFFD || tables.has(scalar, .control)
        needs = needs || Self.isWhitespace(scalar, tables)
      }
      needs = needs || separatesChinese && Self.isChinese(scalar)
    }
    return needs
  }

  private static func isWhitespace(_ scalar: UInt32, _ tables: UnicodeTables) -> Bool {
    if scalar == 0x09 || scalar == 0x0A || scalar == 0x0D { return true }
    return tables.has(scalar, .whitespace) && !tables.has(scalar, .control)
  }

  /// What BERT takes for Chinese: its blocks as they were.
  private static func isChinese(_ scalar: UInt32) -> Bool {
    guard scalar >= 0x3400 else { return false }
    switch scalar {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }
}
