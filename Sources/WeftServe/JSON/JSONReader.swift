import WeftText

/// Why a text is not JSON, and at which byte.
package struct JSONFailure: Error, CustomStringConvertible {
  let expected: String
  let place: Int

  package var description: String { "expected \(expected) at byte \(place) of the JSON text" }
}

extension JSON {
  /// Reads a JSON text: the standard's, nothing beside it. Numbers beyond what 64 bits hold are refused, and so is
  /// nesting deeper than `depth`: what comes from outside must not use up the stack.
  package init(_ bytes: some Sequence<UInt8>, depth: Int = 64) throws(JSONFailure) {
    let owned = Array(bytes)
    let result: Result<JSON, JSONFailure> = owned.withUnsafeBufferPointer { bytes in
      var reader = JSONReader(bytes: bytes, deepest: depth)
      do throws(JSONFailure) { return .success(try reader.whole()) } catch { return .failure(error) }
    }
    self = try result.get()
  }
}

private struct JSONReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let deepest: Int
  private var place = 0

  init(bytes: UnsafeBufferPointer<UInt8>, deepest: Int) {
    (self.bytes, self.deepest) = (bytes, deepest)
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func failure(_ expected: String) -> JSONFailure { JSONFailure(expected: expected, place: place) }

  mutating func whole() throws(JSONFailure) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard place == bytes.count else { throw failure("the end") }
    return value
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONFailure) -> JSON {
    skipSpace()
    guard depth < deepest else { throw failure("nesting of at most \(deepest)") }
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth))
    case UInt8(ascii: "["): return .list(try elements(depth))
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONFailure) -> JSON {
    let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[place...].starts(with: letters) else { throw failure("a value") }
    place += letters.count
    return value
  }

  private mutating func elements(_ depth: Int) throws(JSONFailure) -> [JSON] {
    var values: [JSON] = []
    place += 1
    if take(UInt8(ascii: "]")) { return values }
    repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("',' or ']'") }
    return values
  }

  private mutating func members(_ depth: Int) throws(JSONFailure) -> [JSON.Member] {
    var members: [JSON.Member] = []
    place += 1
    if take(UInt8(ascii: "}")) { return members }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes") }
      let name = try text()
      guard take(UInt8(ascii: ":")) else { throw failure("':'") }
      members.append(JSON.Member(name, try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("',' or '}'") }
    return members
  }
}

extension JSONReader {
  private mutating func skipDigits() -> Bool {
    let start = place
    while let byte = next, byte &- 0x30 < 10 { place += 1 }
    return place > start
  }

  private mutating func number() throws(JSONFailure) -> JSON {
    let start = place
    var isWhole = true
    if next == UInt8(ascii: "-") { place += 1 }
    let first = next
    guard skipDigits(), first != UInt8(ascii: "0") || bytes[place - 1] == UInt8(ascii: "0") && isSingleZero(start)
    else {
      place = start
      throw failure("a value")
    }
    if next == UInt8(ascii: ".") {
      (isWhole, place) = (false, place + 1)
      guard skipDigits() else { throw failure("a digit") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      (isWhole, place) = (false, place + 1)
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
      guard skipDigits() else { throw failure("a digit") }
    }
    let digits = Substring(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self))
    if isWhole, let value = Int(digits) { return .integer(value) }
    if let value = Double(digits), value.isFinite { return .number(value) }
    place = start
    throw failure("a number of at most 64 bits")
  }

  /// Whether the digits that begin with a zero are that zero alone.
  private func isSingleZero(_ start: Int) -> Bool {
    place - start == (bytes[start] == UInt8(ascii: "-") ? 2 : 1)
  }

  /// A text in quotes.
  private mutating func text() throws(JSONFailure) -> String {
    place += 1
    do throws(JSONText.Failure) { return try JSONText.read(bytes, at: &place) } catch {
      throw JSONFailure(expected: error.expected, place: error.place)
    }
  }
}
