// How each decoder works.

/// Replaces each occurrence of a text by another, from the left.
func replacing(_ old: String, in text: String, by new: String) -> String {
  let old = Array(old.utf8)
  let bytes = Array(text.utf8)
  guard let first = old.first, bytes.count >= old.count, bytes.contains(first) else {
    // Between any two characters, and at the ends, there is a text of nothing.
    return old.isEmpty ? text.unicodeScalars.reduce(new) { $0 + String($1) + new } : text
  }
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count)
  var place = 0
  while place < bytes.count {
    if bytes[place] == first, place + old.count <= bytes.count, bytes[place..<place + old.count].elementsEqual(old) {
      result += Array(new.utf8)
      place += old.count
    } else {
      result.append(bytes[place])
      place += 1
    }
  }
  return String(decoding: result, as: UTF8.self)
}

extension TokenDecoder {
  func decodeBytes(_ tokens: [String]) -> String {
    var bytes: [UInt8] = []
    for token in tokens { bytes += ByteCharacters.decode(token) ?? Array(token.utf8) }
    return String(decoding: bytes, as: UTF8.self)
  }

  func decodeWordPieces(_ tokens: [String], _ prefix: String, _ cleansUp: Bool) -> [String] {
    tokens.enumerated().map { index, token in
      var text = token
      if index > 0 {
        let continues = token.utf8.starts(with: prefix.utf8)
        text = continues ? String(decoding: token.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : " " + token
      }
      return cleansUp ? cleanUp(text) : text
    }
  }

  /// Takes out the spaces that stand before punctuation and English contractions.
  private func cleanUp(_ text: String) -> String {
    let changes = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
      (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
    guard text.utf8.contains(0x20) else { return text }
    return changes.reduce(text) { replacing($1.0, in: $0, by: $1.1) }
  }

  /// Connectionist temporal classification: a token that comes again at once is one, padding is none.
  func decodeCTC(_ tokens: [String], _ padding: String, _ delimiter: String, _ cleansUp: Bool) -> [String] {
    var result: [String] = []
    for (index, token) in tokens.enumerated() where index == 0 || !token.utf8.elementsEqual(tokens[index - 1].utf8) {
      var text = replacing(padding, in: token, by: "")
      if cleansUp { text = replacing(delimiter, in: cleanUp(text), by: " ") }
      if !text.isEmpty { result.append(text) }
    }
    return result
  }

  func replace(_ tokens: [String], _ replacement: Replacement) throws(TokenizerError) -> [String] {
    var result: [String] = []
    result.reserveCapacity(tokens.count)
    var count = 0
    for token in tokens {
      let bytes = Array(token.utf8)
      let matches = try replacement.matches(bytes)
      // Before it is written, as where a text is normalized.
      count += bytes.count + matches.count * replacement.content.count
      try TextLimit.check(count)
      guard !matches.isEmpty else {
        result.append(token)
        continue
      }
      var text: [UInt8] = []
      var last = 0
      for match in matches {
        text += bytes[last..<match.lowerBound]
        text += replacement.content
        last = match.upperBound
      }
      result.append(String(decoding: text + bytes[last...], as: UTF8.self))
    }
    return result
  }

  /// Takes up to so many of a character off the ends of a token.
  func strip(_ token: String, _ content: UInt32, _ start: Int, _ stop: Int) -> String {
    let scalars = Array(token.unicodeScalars)
    let leading = scalars.prefix(start).prefix { $0.value == content }.count
    let trailing = scalars.reversed().prefix(stop).prefix { $0.value == content }.count
    guard leading + trailing <= scalars.count else { return "" }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars[leading..<scalars.count - trailing])
    return String(result)
  }

  /// Makes characters of tokens as `<0xE2>`; bytes that make none are a replacement character each.
  func decodeFallback(_ tokens: [String]) -> [String] {
    var result: [String] = []
    var bytes: [UInt8] = []
    func flush() {
      guard !bytes.isEmpty else { return }
      if let text = String(validating: bytes, as: UTF8.self) {
        result.append(text)
      } else {
        result += [String](repeating: "\u{FFFD}", count: bytes.count)
      }
      bytes = []
    }
    for token in tokens {
      if let byte = Self.byte(of: token) {
        bytes.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  static func byte(of token: String) -> UInt8? {
    let utf8 = Array(token.utf8)
    guard utf8.count == 6, utf8[0] == 0x3C, utf8[1] == 0x30, utf8[2] == 0x78, utf8[5] == 0x3E else { return nil }
    return UInt8(String(decoding: utf8[3...4], as: UTF8.self), radix: 16)
  }
}
