/// Texts of JSON (RFC 8259), for its readers: each makes other values of numbers, lists and objects, but a text is the same
/// to all.
package enum JSONText {
  /// What should have stood at a place.
  package struct Failure: Error {
    /// The place, a byte's.
    package let place: Int
    /// What was expected there.
    package let expected: String
  }

  /// Reads a text that is valid UTF-8, after its opening quote, and steps behind its closing one.
  package static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, at place: inout Int
  ) throws(Failure) -> String {
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        return try closed(UnsafeBufferPointer(rebasing: bytes[start..<place]), &place)
      }
      if byte == UInt8(ascii: "\\") { return try readEscaped(bytes, from: start, at: &place) }
      guard byte >= 0x20 else { throw Failure(place: place, expected: "no control character in a text") }
      place += 1
    }
    throw Failure(place: place, expected: "a text's closing quote")
  }

  private static func closed(_ units: some Sequence<UInt8>, _ place: inout Int) throws(Failure) -> String {
    guard let text = String(validating: units, as: UTF8.self) else {
      throw Failure(place: place, expected: "a text in UTF-8")
    }
    place += 1
    return text
  }

  private static func readEscaped(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, at place: inout Int
  ) throws(Failure) -> String {
    var units = Array(bytes[start..<place])
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      let byte = bytes[place]
      guard byte >= 0x20 else { throw Failure(place: place, expected: "no control character in a text") }
      place += 1
      if byte == UInt8(ascii: "\\") { try appendEscaped(bytes, &place, to: &units) } else { units.append(byte) }
    }
    guard place < bytes.count else { throw Failure(place: place, expected: "a text's closing quote") }
    return try closed(units, &place)
  }

  /// Takes what stands behind a backslash.
  private static func appendEscaped(
    _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int, to units: inout [UInt8]
  ) throws(Failure) {
    guard place < bytes.count else { throw Failure(place: place, expected: "an escape") }
    let byte = bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(byte)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0C)
    case UInt8(ascii: "n"): units.append(0x0A)
    case UInt8(ascii: "r"): units.append(0x0D)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"): units.append(contentsOf: String(try escapedScalar(bytes, &place)).utf8)
    default: throw Failure(place: place - 1, expected: "an escape")
    }
  }

  /// A scalar by one \u escape, or two for a surrogate pair; the first backslash and u are taken.
  private static func escapedScalar(
    _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int
  ) throws(Failure) -> Unicode.Scalar {
    let first = try hexadecimal(bytes, &place)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
      bytes[place + 1] == UInt8(ascii: "u")
    else { throw Failure(place: place, expected: "the second half of a surrogate pair") }
    place += 2
    let second = try hexadecimal(bytes, &place)
    guard 0xDC00..<0xE000 ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw Failure(place: place, expected: "the second half of a surrogate pair before this") }
    return scalar
  }

  private static func hexadecimal(
    _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int
  ) throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard place < bytes.count, bytes[place] < 0x80,
        let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue
      else { throw Failure(place: place, expected: "four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
      place += 1
    }
    return value
  }
}
