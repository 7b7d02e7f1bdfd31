/// A value of JSON (RFC 8259), read strictly: a key given twice, a number that is no 64-bit integer or nesting beyond
/// what a tensor file's header has is an error, so that a hostile header means one thing or nothing.
enum StrictJSON {
  case text(String)
  case integer(Int)
  /// A truth value, where those are allowed.
  case truth(Bool)
  /// Another number or null, where those are allowed: what they are nobody asks.
  case other
  case array([StrictJSON])
  case object([StrictJSONEntry])

  /// What is wrong with a text, and at which of its bytes.
  struct Failure: Error {
    let offset: Int
    let expected: String
    let found: String
  }

  /// - Parameter allowsAnyNumber: Whether numbers beside 64-bit integers, `true`, `false` and `null` may stand there.
  init(_ bytes: Slice<UnsafeRawBufferPointer>, allowsAnyNumber: Bool = false) throws(Failure) {
    var reader = Reader(bytes, allowsAnyNumber: allowsAnyNumber)
    self = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.isAtEnd else { throw reader.failure("nothing after the header's object") }
  }

  var string: String? { if case .text(let text) = self { text } else { nil } }
  var integer: Int? { if case .integer(let number) = self { number } else { nil } }
  var truth: Bool? { if case .truth(let value) = self { value } else { nil } }

  /// What an object has under a key.
  subscript(key: String) -> StrictJSON? { entries?.first { $0.key == key }?.value }

  var entries: [StrictJSONEntry]? { if case .object(let entries) = self { entries } else { nil } }

  /// The elements of an array of integers.
  var integers: [Int]? {
    guard case .array(let values) = self else { return nil }
    let numbers = values.compactMap { value -> Int? in if case .integer(let number) = value { number } else { nil } }
    return numbers.count == values.count ? numbers : nil
  }

  /// A text as it stands in JSON, with its quotes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ": result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// A key of an object and what it stands for.
struct StrictJSONEntry {
  let key: String
  let value: StrictJSON
}

extension StrictJSON {
  /// Goes through the bytes once.
  private struct Reader {
    private static let deepest = 8
    private let bytes: Slice<UnsafeRawBufferPointer>
    private var place: Int
    private let allowsAnyNumber: Bool

    init(_ bytes: Slice<UnsafeRawBufferPointer>, allowsAnyNumber: Bool) {
      self.bytes = bytes
      self.allowsAnyNumber = allowsAnyNumber
      place = bytes.startIndex
    }

    var isAtEnd: Bool { place == bytes.endIndex }
    private var next: UInt8? { isAtEnd ? nil : bytes[place] }

    func failure(_ expected: String) -> Failure {
      let found = next.map { $0 > 0x20 && $0 < 0x7F ? "\"\(Character(Unicode.Scalar($0)))\"" : "the byte \($0)" }
      return Failure(offset: place - bytes.startIndex, expected: expected, found: found ?? "the header's end")
    }

    mutating func skipSpace() {
      while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    /// Steps over a character, after white space.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      skipSpace()
      guard next == UInt8(ascii: character) else { return false }
      place += 1
      return true
    }

    mutating func value(depth: Int) throws(Failure) -> StrictJSON {
      guard depth < Self.deepest else { throw failure("nesting of at most \(Self.deepest)") }
      if take("{") { return .object(try entries(depth)) }
      if take("[") { return .array(try elements(depth)) }
      if take("\"") { return .text(try text()) }
      return allowsAnyNumber ? try literal() : .integer(try integer())
    }

    /// A number, or one of the three words.
    private mutating func literal() throws(Failure) -> StrictJSON {
      let start = place
      while let byte = next,
        UnicodeScalar(byte).properties.isAlphabetic || "+-.".utf8.contains(byte) || (0x30...0x39).contains(byte)
      { place += 1 }
      let text = String(decoding: bytes[start..<place], as: UTF8.self)
      if let number = Int(text), String(number) == text { return .integer(number) }
      if ["true", "false"].contains(text) { return .truth(text == "true") }
      if text == "null" || (text.first != "+" && Double(text) != nil) { return .other }
      place = start
      throw failure("a value")
    }

    private mutating func elements(_ depth: Int) throws(Failure) -> [StrictJSON] {
      if take("]") { return [] }
      var values: [StrictJSON] = []
      repeat { values.append(try value(depth: depth + 1)) } while take(",")
      guard take("]") else { throw failure("\",\" or \"]\"") }
      return values
    }

    private mutating func entries(_ depth: Int) throws(Failure) -> [StrictJSONEntry] {
      if take("}") { return [] }
      var values: [StrictJSONEntry] = []
      var known: Set<String> = []
      repeat {
        guard take("\"") else { throw failure("a key in quotes") }
        let start = place
        let key = try text()
        guard known.insert(key).inserted else {
          place = start
          throw Failure(offset: start - bytes.startIndex, expected: "each key once", found: "\(key) again")
        }
        guard take(":") else { throw failure("\":\"") }
        values.append(StrictJSONEntry(key: key, value: try value(depth: depth + 1)))
      } while take(",")
      guard take("}") else { throw failure("\",\" or \"}\"") }
      return values
    }

    private mutating func integer() throws(Failure) -> Int {
      let start = place
      while let byte = next, byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) { place += 1 }
      let digits = String(decoding: bytes[start..<place], as: UTF8.self)
      let isPlain = next.map { ![UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains($0) } ?? true
      if isPlain, let number = Int(digits), String(number) == digits { return number }
      place = start
      throw failure("an object, an array, a text or a 64-bit integer")
    }

    /// A text, after its opening quote.
    private mutating func text() throws(Failure) -> String {
      var units: [UInt8] = []
      while let byte = next, byte != UInt8(ascii: "\"") {
        guard byte >= 0x20 else { throw failure("no control character in a text") }
        place += 1
        if byte == UInt8(ascii: "\\") { units += Array(try escaped().utf8) } else { units.append(byte) }
      }
      guard next != nil else { throw failure("a text's closing quote") }
      guard let text = String(validating: units, as: UTF8.self) else { throw failure("a text in UTF-8") }
      place += 1
      return text
    }

    /// What an escape stands for, after its backslash.
    private mutating func escaped() throws(Failure) -> String {
      let short: [UInt8: String] = [
        0x22: "\"", 0x5C: "\\", 0x2F: "/", 0x62: "\u{8}", 0x66: "\u{C}", 0x6E: "\n", 0x72: "\r", 0x74: "\t",
      ]
      guard let byte = next, let plain = byte == UInt8(ascii: "u") ? "" : short[byte] else {
        throw failure("an escape")
      }
      place += 1
      return plain.isEmpty ? try escapedScalar() : plain
    }

    /// A scalar by its UTF-16 code units: one \u escape (the backslash and u are taken), or two for a surrogate pair.
    private mutating func escapedScalar() throws(Failure) -> String {
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return String(scalar) }
      guard first < 0xDC00, bytes[place...].starts(with: Array("\\u".utf8)) else {
        throw failure("the second half of a pair")
      }
      place += 2
      let second = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { throw failure("the second half of a pair") }
      return String(scalar)
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
      let digits = bytes[place...].prefix(4)
      guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw failure("four hexadecimal digits") }
      place += 4
      return value
    }
  }
}
