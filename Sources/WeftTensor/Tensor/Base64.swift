/// Bytes as text (RFC 4648, section 4).
enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")
  /// The value of each character; 64 for those that are no digit.
  private static let values: [UInt8] = {
    var values = Array(repeating: UInt8(64), count: 256)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
      var written = 0
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = Swift.min(bytes.count - start, 3)
        let word = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[start + $1]) : 0) }
        for place in 0..<4 {
          text[written + place] = place <= count ? digits[word >> (18 - 6 * place) & 63] : padding
        }
        written += 4
      }
      return written
    }
  }

  /// Nil for a text that is not exactly what `text` gives for some bytes.
  static func bytes(_ text: String) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count % 4 == 0 else { return nil }
    let padded = characters.suffix(2).count { $0 == padding }
    let count = characters.count / 4 * 3 - padded
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 3)
    for start in stride(from: 0, to: characters.count, by: 4) {
      let isLast = start + 4 == characters.count
      var word = 0
      for place in 0..<4 {
        let isPadding = isLast && place >= 4 - padded
        let value = values[Int(characters[start + place])]
        guard isPadding ? characters[start + place] == padding : value < 64 else { return nil }
        word = word << 6 | (isPadding ? 0 : Int(value))
      }
      if isLast, word & ((1 << (8 * padded)) - 1) != 0 { return nil }
      for shift in [16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    bytes.removeLast(padded)
    return bytes
  }
}
