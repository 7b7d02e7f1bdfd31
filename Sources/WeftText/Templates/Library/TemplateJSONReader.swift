extension TemplateValue {
  /// Reads a JSON text.
  ///
  /// Of equal keys the last one's value stays, as in Python.
  /// - Throws: `TemplateError` with the line and the column where the text is not JSON.
  public init(json text: String, limits: TemplateLimits = TemplateLimits()) throws(TemplateError) {
    try self.init(json: Array(text.utf8), limits: limits)
  }

  /// Reads a JSON text from its bytes in UTF-8.
  ///
  /// - Throws: `TemplateError` with the line and the column where the text is not JSON.
  public init(json bytes: [UInt8], limits: TemplateLimits = TemplateLimits()) throws(TemplateError) {
    var reader = TemplateJSONReader(bytes: bytes, limits: limits)
    self = try reader.readAll()
  }
}

/// Reads JSON into values that templates see, keys in their order.
struct TemplateJSONReader {
  private let bytes: [UInt8]
  private let limits: TemplateLimits
  private var place = 0
  private var depth = 0

  init(bytes: [UInt8], limits: TemplateLimits) {
    self.bytes = bytes
    self.limits = limits
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  mutating func readAll() throws(TemplateError) -> TemplateValue {
    let value = try readValue()
    skipSpace()
    guard place == bytes.count else { throw failure("the end of the JSON text") }
    return value
  }

  private func failure(_ expected: String) -> TemplateError {
    let before = bytes[..<min(place, bytes.count)]
    let line = before.count { $0 == 10 } + 1
    let column = place - (before.lastIndex(of: 10).map { $0 + 1 } ?? 0) + 1
    let found = place < bytes.count ? "the byte \(bytes[place])" : "the end of the text"
    return TemplateError(
      .wrongFormat, expected: "\(expected) in JSON", found: found, at: TemplatePosition(line: line, column: column))
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func readValue() throws(TemplateError) -> TemplateValue {
    skipSpace()
    guard place < bytes.count else { throw failure("a value") }
    switch bytes[place] {
    case 0x22: return .string(try readString())
    case 0x5B, 0x7B:
      depth += 1
      defer { depth -= 1 }
      guard depth <= limits.valueDepth else { throw .limit("valueDepth", limits.valueDepth, found: "deeper JSON") }
      return bytes[place] == 0x5B ? .list(try readList()) : .dictionary(try readDictionary())
    case 0x2D, 0x30...0x39: return try readNumber()
    default: return try readWord()
    }
  }

  private mutating func readWord() throws(TemplateError) -> TemplateValue {
    let words: [(String, TemplateValue)] = [
      ("true", true), ("false", false), ("null", .none), ("NaN", .float(.nan)), ("Infinity", .float(.infinity)),
    ]
    for (word, value) in words where bytes[place...].starts(with: word.utf8) {
      place += word.utf8.count
      return value
    }
    throw failure("a value")
  }

  private mutating func readList() throws(TemplateError) -> [TemplateValue] {
    var items: [TemplateValue] = []
    place += 1
    if skip(0x5D) { return items }
    repeat { items.append(try readValue()) } while skip(0x2C)
    guard skip(0x5D) else { throw failure("',' or ']'") }
    return items
  }

  private mutating func readDictionary() throws(TemplateError) -> TemplateDictionary {
    var items = TemplateDictionary()
    place += 1
    if skip(0x7D) { return items }
    repeat {
      skipSpace()
      guard place < bytes.count, bytes[place] == 0x22 else { throw failure("a key in quotes") }
      let key = try readString()
      guard skip(0x3A) else { throw failure("':'") }
      items[key] = try readValue()
    } while skip(0x2C)
    guard skip(0x7D) else { throw failure("',' or '}'") }
    return items
  }

  private mutating func readNumber() throws(TemplateError) -> TemplateValue {
    let begin = place
    if bytes[place...].starts(with: "-Infinity".utf8) {
      place += 9
      return .float(-.infinity)
    }
    while place < bytes.count, isASCIIDigit(bytes[place]) || "+-.eE".utf8.contains(bytes[place]) { place += 1 }
    let text = String(decoding: bytes[begin..<place], as: UTF8.self)
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let isWellFormed =
      digits.utf8.first.map(isASCIIDigit) ?? false
      && !(digits.hasPrefix("0") && digits.dropFirst().utf8.first.map(isASCIIDigit) ?? false)
    guard isWellFormed, digits.utf8.last.map(isASCIIDigit) ?? false, !digits.contains(".e"), !digits.contains(".E")
    else {
      place = begin
      throw failure("a number")
    }
    if let whole = Int(text) { return .integer(whole) }
    guard let number = Double(text) else {
      place = begin
      throw failure("a number")
    }
    guard digits.utf8.contains(where: { !isASCIIDigit($0) }) else {
      throw TemplateError(.overflow, expected: "a number of 64 bits", found: text)
    }
    return .float(number)
  }

  private mutating func readString() throws(TemplateError) -> String {
    var end = place + 1
    var result: Result<String, JSONText.Failure> = .success("")
    bytes.withUnsafeBufferPointer { bytes in
      result = Result { () throws(JSONText.Failure) in try JSONText.read(bytes, at: &end) }
    }
    do throws(JSONText.Failure) {
      let text = try result.get()
      place = end
      return text
    } catch {
      place = error.place
      throw failure(error.expected)
    }
  }
}
