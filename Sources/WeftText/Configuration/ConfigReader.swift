/// Reads JSON (RFC 8259) in one pass over its bytes.
package struct ConfigReader {
  private static let deepest = 100
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private var place = 0

  /// The value that a file's bytes hold.
  package static func read(_ bytes: [UInt8], file: String) throws(TokenizerError) -> ConfigValue {
    var result: Result<ConfigValue, TokenizerError> = .success(.null)
    bytes.withUnsafeBufferPointer { buffer in
      var reader = ConfigReader(bytes: buffer, file: file)
      result = Result { () throws(TokenizerError) in try reader.document() }
    }
    return try result.get()
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.bytes = bytes
    self.file = file
  }

  private mutating func document() throws(TokenizerError) -> ConfigValue {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { place = 3 }
    let result = try value(depth: 0)
    skipSpace()
    guard place == bytes.count else { throw failure("nothing after the file's value") }
    return result
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func failure(_ expected: String) -> TokenizerError {
    let found = next.map { $0 > 0x20 && $0 < 0x7F ? "\"\(Character(Unicode.Scalar($0)))\"" : "the byte \($0)" }
    return TokenizerError(
      .syntax, file: file, path: "byte \(place)", expected: expected, found: found ?? "the file's end")
  }

  private mutating func skipSpace() {
    while place < bytes.count {
      let byte = bytes[place]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      place += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(TokenizerError) -> ConfigValue {
    skipSpace()
    guard depth < Self.deepest else { throw failure("nesting of at most \(Self.deepest)") }
    switch next {
    case UInt8(ascii: "{"):
      place += 1
      return .object(try entries(depth))
    case UInt8(ascii: "["):
      place += 1
      return .array(try elements(depth))
    case UInt8(ascii: "\""):
      place += 1
      return .text(try text())
    case UInt8(ascii: "t"): return .boolean(try word("true", true))
    case UInt8(ascii: "f"): return .boolean(try word("false", false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word<Value>(_ word: String, _ value: Value) throws(TokenizerError) -> Value {
    for byte in word.utf8 {
      guard next == byte else { throw failure("\(word)") }
      place += 1
    }
    return value
  }

  private mutating func elements(_ depth: Int) throws(TokenizerError) -> [ConfigValue] {
    var values: [ConfigValue] = []
    if take(UInt8(ascii: "]")) { return values }
    repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("\",\" or \"]\"") }
    return values
  }

  private mutating func entries(_ depth: Int) throws(TokenizerError) -> [ConfigEntry] {
    var values: [ConfigEntry] = []
    if take(UInt8(ascii: "}")) { return values }
    repeat {
      guard take(UInt8(ascii: "\"")) else { throw failure("a key in quotes") }
      let key = try text()
      guard take(UInt8(ascii: ":")) else { throw failure("\":\"") }
      values.append(ConfigEntry(key: key, value: try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("\",\" or \"}\"") }
    return values
  }

  private mutating func number() throws(TokenizerError) -> ConfigValue {
    let start = place
    while let byte = next, byte == 0x2B || byte == 0x2D || byte == 0x2E || byte | 0x20 == 0x65 || byte &- 0x30 < 10 {
      place += 1
    }
    let digits = String(decoding: bytes[start..<place], as: UTF8.self)
    let first = digits.utf8.first
    if first != 0x2B, first != 0x2E, digits.utf8.last != 0x2E {
      if let whole = Int(digits) { return .integer(whole) }
      if Double(digits) != nil, let value = Self.decimal(digits.utf8), value.isFinite { return .number(value) }
    }
    place = start
    throw failure("a value")
  }
}

extension ConfigReader {
  private static let powers: [Double] = (0...308).map { Double("1e\($0)") ?? .infinity }

  /// A decimal number as Rust's serde_json reads it: all its digits as one whole number, which is then multiplied or
  /// divided by a power of ten. That may be the neighbour of the nearest number, and decides between tokens whose
  /// scores are sums of such numbers.
  private static func decimal(_ text: String.UTF8View) -> Double? {
    var significand: UInt64 = 0
    var exponent = 0
    var isFraction = false
    var isFull = false
    var rest = text[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest = rest.dropFirst() }
    while let byte = rest.first, byte | 0x20 != UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: ".") {
        isFraction = true
        continue
      }
      let (product, overflow) = significand.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- 0x30))
      isFull = isFull || overflow || carry
      if !isFull { significand = sum }
      if isFull != isFraction { exponent += isFull ? 1 : -1 }
    }
    if !rest.isEmpty {
      guard let given = Int(String(decoding: rest.dropFirst(), as: UTF8.self)), given.magnitude < 100_000 else {
        return significand == 0 ? 0 : nil
      }
      exponent += given
    }
    return scaled(Double(significand), exponent, isNegative)
  }

  private static func scaled(_ significand: Double, _ exponent: Int, _ isNegative: Bool) -> Double {
    var value = significand
    var exponent = exponent
    while exponent < -308, value != 0 {
      value /= 1e308
      exponent += 308
    }
    let power = powers[min(308, abs(exponent))]
    if exponent > 308, value != 0 { return .infinity }
    value = exponent < 0 ? value / power : value * power
    return isNegative ? -value : value
  }
}

extension ConfigReader {
  /// A text, after its opening quote.
  private mutating func text() throws(TokenizerError) -> String {
    do throws(JSONText.Failure) { return try JSONText.read(bytes, at: &place) } catch {
      place = error.place
      throw failure(error.expected)
    }
  }
}
