/// Replaces what a pattern finds by a text: a normalizer and a decoder.
struct Replacement: Sendable {
  private let pattern: PatternProgram
  let content: [UInt8]
  /// The character that is replaced, where it is one of ASCII.
  private let byte: UInt8?

  init(_ field: ConfigField) throws(TokenizerError) {
    content = Array(try field.required("content").string().utf8)
    let pattern = try field.required("pattern")
    self.pattern = try .init(pattern)
    let literal = try pattern["String"]?.string().utf8
    byte = literal.flatMap { $0.count == 1 ? $0.first : nil }.flatMap { $0 < 0x80 ? $0 : nil }
  }

  /// A replacement of a text as it stands.
  init(_ text: String, by content: String) throws(TokenizerError) {
    pattern = try PatternProgram(literal: text)
    self.content = Array(content.utf8)
    byte = text.utf8.count == 1 ? text.utf8.first : nil
  }

  func matches(_ bytes: [UInt8]) throws(TokenizerError) -> [Range<Int>] {
    if let byte { return bytes.indices.compactMap { bytes[$0] == byte ? $0..<$0 + 1 : nil } }
    var found: [Range<Int>] = []
    guard !bytes.isEmpty else { return found }
    try bytes.withUnsafeBufferPointer { bytes throws(TokenizerError) in
      try PatternMatcher.forEachMatch(of: pattern, in: bytes) { found.append($0) }
    }
    return found
  }

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    let found = byte == nil ? try matches(text.bytes) : []
    let count = byte.map { byte in text.bytes.count { $0 == byte } } ?? found.count
    // Known before it is written: a file's text may be long, and a request may have it in the place of each letter.
    try TextLimit.check(text.bytes.count + count * content.count)
    if let byte { return text.replace(byte, by: content) }
    text.replace(found, by: content)
  }
}

extension PatternProgram {
  /// The pattern of a `Split` or `Replace`: a text as it stands, or a regular expression.
  convenience init(_ field: ConfigField) throws(TokenizerError) {
    do throws(TokenizerError) {
      if let literal = field["String"] {
        try self.init(literal: try literal.string())
      } else if let expression = field["Regex"] {
        try self.init(try expression.string())
      } else {
        throw field.failure(expected: "{\"String\": ...} or {\"Regex\": ...}")
      }
    } catch {
      guard error.file.isEmpty else { throw error }
      let place = field.path + (error.path.isEmpty ? "" : ", " + error.path)
      throw TokenizerError(error.code, file: field.file, path: place, expected: error.expected, found: error.found)
    }
  }
}
