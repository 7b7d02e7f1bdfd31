/// Numbers as Python writes them.
enum TemplateNumber {
  /// The kind of the number at a place, and where it ends.
  static func scan(_ source: [UInt8], from begin: Int) -> (TemplateToken.Kind, Int) {
    func byte(_ offset: Int) -> UInt8 { offset < source.count ? source[offset] : 0 }
    func digits(_ offset: Int, _ isDigit: (UInt8) -> Bool = isASCIIDigit) -> Int {
      var end = offset
      while isDigit(byte(end)) || (byte(end) == 0x5F && end > offset && isDigit(byte(end + 1))) { end += 1 }
      return end
    }
    let whole = digits(begin)
    let isAfterDot = begin > 0 && source[begin - 1] == 0x2E
    if !isAfterDot {
      var end = whole
      if byte(end) == 0x2E, isASCIIDigit(byte(end + 1)) { end = digits(end + 1) }
      var isFloat = end > whole
      if byte(end) | 0x20 == 0x65 {
        let sign = byte(end + 1) == 0x2B || byte(end + 1) == 0x2D ? 1 : 0
        if isASCIIDigit(byte(end + 1 + sign)) {
          end = digits(end + 1 + sign)
          isFloat = true
        }
      }
      if isFloat { return (.float, end) }
    }
    guard byte(begin) == 0x30 else { return (.integer, whole) }
    let radixDigits: [UInt8: (UInt8) -> Bool] = [
      0x62: { $0 == 0x30 || $0 == 0x31 }, 0x6F: { $0 >= 0x30 && $0 <= 0x37 },
      0x78: { isASCIIDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) },
    ]
    if let isDigit = radixDigits[byte(begin + 1) | 0x20], isDigit(byte(begin + 2)) {
      return (.integer, digits(begin + 2, isDigit))
    }
    return (.integer, digits(begin) { $0 == 0x30 })
  }

  static func integer(_ text: String) -> Int? {
    let prefixes: [(String, Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
    for (prefix, radix) in prefixes where text.lowercased().hasPrefix(prefix) {
      return Int(text.dropFirst(2), radix: radix)
    }
    return Int(text)
  }
}

/// A string's content with its escapes resolved, as Python does.
func unescaped(_ content: String) throws(TemplateError) -> String {
  guard content.utf8.contains(0x5C) else { return content }
  var scalars = content.unicodeScalars[...]
  var result = String.UnicodeScalarView()
  let simple: [Unicode.Scalar: Unicode.Scalar] = [
    "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", "\"": "\"", "a": "\u{07}", "b": "\u{08}", "f": "\u{0C}",
    "v": "\u{0B}",
  ]
  let hexadecimal: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]
  while let scalar = scalars.popFirst() {
    guard scalar == "\\", let escape = scalars.popFirst() else {
      result.append(scalar)
      continue
    }
    if let meant = simple[escape] {
      result.append(meant)
    } else if let length = hexadecimal[escape] {
      result.append(try scalarValue(scalars.prefix(length), length: length, radix: 16))
      scalars = scalars.dropFirst(length)
    } else if ("0"..."7").contains(escape) {
      let digits = ([escape] + Array(scalars.prefix(2))).prefix { ("0"..."7").contains($0) }
      result.append(try scalarValue(digits, length: digits.count, radix: 8))
      scalars = scalars.dropFirst(digits.count - 1)
    } else if escape == "N" {
      throw TemplateError(.unsupported, expected: "an escape by number", found: "an escape by name, '\\N'")
    } else if escape != "\n" {
      result.append("\\")
      result.append(escape)
    }
  }
  return String(result)
}

private func scalarValue(
  _ digits: some Collection<Unicode.Scalar>, length: Int, radix: Int
) throws(TemplateError) -> Unicode.Scalar {
  var text = String.UnicodeScalarView()
  text.append(contentsOf: digits)
  guard digits.count == length, digits.allSatisfy({ $0.properties.isASCIIHexDigit }),
    let value = UInt32(String(text), radix: radix)
  else {
    throw TemplateError(.syntax, expected: "\(length) digits after the escape's letter", found: "'\(String(text))'")
  }
  guard let scalar = Unicode.Scalar(value) else {
    throw TemplateError(.syntax, expected: "the number of a Unicode scalar", found: "'\(String(text))'")
  }
  return scalar
}
