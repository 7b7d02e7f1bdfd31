#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How a value is to be written: what stands after `%` or the colon of a format.
struct FormatSpecification {
  var fill: Unicode.Scalar = " "
  var align: Unicode.Scalar?
  var sign: Unicode.Scalar = "-"
  var isAlternate = false
  var separator: Unicode.Scalar?
  var width = 0
  var precision: Int?
  var kind: Unicode.Scalar?

  /// Reads the specification of `str.format`.
  init?(_ text: String) {
    var rest = text.unicodeScalars[...]
    let aligns: [Unicode.Scalar] = ["<", ">", "^", "="]
    if let second = rest.dropFirst().first, aligns.contains(second), let first = rest.first {
      (fill, align) = (first, second)
      rest = rest.dropFirst(2)
    } else if let first = rest.first, aligns.contains(first) {
      align = first
      rest = rest.dropFirst()
    }
    if let first = rest.first, ["+", "-", " "].contains(first) {
      sign = first
      rest = rest.dropFirst()
    }
    if rest.first == "#" {
      isAlternate = true
      rest = rest.dropFirst()
    }
    if rest.first == "0", align == nil { (fill, align) = ("0", "=") }
    guard let width = Self.number(&rest) else { return nil }
    self.width = width
    if let first = rest.first, first == "," || first == "_" {
      separator = first
      rest = rest.dropFirst()
    }
    if rest.first == "." {
      rest = rest.dropFirst()
      guard rest.first.map({ ("0"..."9").contains($0) }) ?? false, let precision = Self.number(&rest) else {
        return nil
      }
      self.precision = precision
    }
    kind = rest.popFirst()
    if !rest.isEmpty { return nil }
  }

  init() {}

  static func number(_ rest: inout Substring.UnicodeScalarView) -> Int? {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest = rest[digits.endIndex...]
    if digits.isEmpty { return 0 }
    return Int(String(digits)).flatMap { $0 <= 1 << 30 ? $0 : nil }
  }
}

extension TemplateRenderer {
  /// The text filled up to a width; `=` fills between a sign and the digits, `|` centers as `str.center` does.
  func padded(
    _ text: String, _ width: Int, fill: Unicode.Scalar, align: Unicode.Scalar
  ) throws(TemplateError) -> String {
    let length = text.unicodeScalars.count
    guard width > length else { return text }
    let missing = width - length
    guard missing <= limits.textBytes / 4 else { throw .limit("textBytes", limits.textBytes, found: "a longer text") }
    func filling(_ count: Int) -> String { String(repeating: String(fill), count: count) }
    switch align {
    case "<": return text + filling(missing)
    case ">": return filling(missing) + text
    case "=":
      let hasSign = text.hasPrefix("-") || text.hasPrefix("+") || text.hasPrefix(" ")
      return hasSign ? text.prefix(1) + filling(missing) + text.dropFirst() : filling(missing) + text
    default:
      // Python gives the odd one to the left in `center` where width is odd, and to the right in a format.
      let left = missing / 2 + (align == "|" ? missing & width & 1 : 0)
      return filling(left) + text + filling(missing - left)
    }
  }

  /// A number as C's `printf` writes it.
  func fixed(_ value: Double, _ kind: Unicode.Scalar, precision: Int) throws(TemplateError) -> String {
    guard precision <= 1_000 else { throw .limit("textBytes", 1_000, found: "a precision of \(precision)") }
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    var buffer = [CChar](repeating: 0, count: precision + 400)
    let length = withVaList([Int32(precision), value]) { vsnprintf(&buffer, buffer.count, "%.*\(Character(kind))", $0) }
    return String(decoding: buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: % formats

  /// Python's `format % values`.
  func printf(_ format: String, _ value: TemplateValue) throws(TemplateError) -> String {
    var values = [value]
    if case .tuple(let several) = value { values = several }
    var next = 0
    var result = ""
    var rest = format.unicodeScalars[...]
    func take() throws(TemplateError) -> TemplateValue {
      guard next < values.count else {
        throw .wrongType(
          expected: "a value for each place of the format", found: "not enough arguments for format string")
      }
      next += 1
      return values[next - 1]
    }
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      if rest.first == "%" {
        rest.removeFirst()
        result += "%"
        continue
      }
      let named = try printfNamed(&rest, value)
      if named != nil { next = values.count }
      let specification = try printfSpecification(&rest, take)
      let item: TemplateValue
      if let named { item = named } else { item = try take() }
      try append(try printf(item, specification), to: &result)
    }
    if next < values.count, !isMapping(value) {
      throw .wrongType(
        expected: "a place for each value", found: "not all arguments converted during string formatting")
    }
    return result
  }

  /// The value of a place with a name, `%(name)s`; nil for one without.
  private func printfNamed(
    _ rest: inout Substring.UnicodeScalarView, _ value: TemplateValue
  ) throws(TemplateError) -> TemplateValue? {
    guard rest.first == "(" else { return nil }
    let name = String(rest.dropFirst().prefix { $0 != ")" })
    rest = rest.dropFirst(name.unicodeScalars.count + 2)
    guard case .dictionary(let items) = value else {
      throw .wrongType(expected: "a mapping", found: "format requires a mapping")
    }
    guard let item = items[name] else {
      throw .badValue(expected: "the key '\(name)'", found: "a mapping without it")
    }
    return item
  }

  private func isMapping(_ value: TemplateValue) -> Bool {
    switch value {
    case .dictionary, .list, .undefined: true
    default: false
    }
  }

  /// The flags before a width: whether one fills with zeros.
  private func printfFlags(
    _ rest: inout Substring.UnicodeScalarView, _ specification: inout FormatSpecification
  ) -> Bool {
    var isZeroFilled = false
    while let flag = rest.first, ["-", "+", " ", "#", "0"].contains(flag) {
      switch flag {
      case "-": specification.align = "<"
      case "0": isZeroFilled = true
      case "#": specification.isAlternate = true
      default: if specification.sign != "+" { specification.sign = flag }
      }
      rest.removeFirst()
    }
    return isZeroFilled
  }

  private func printfSpecification(
    _ rest: inout Substring.UnicodeScalarView, _ take: () throws(TemplateError) -> TemplateValue
  ) throws(TemplateError) -> FormatSpecification {
    var specification = FormatSpecification()
    specification.align = ">"
    let isZeroFilled = printfFlags(&rest, &specification)
    func number() throws(TemplateError) -> Int {
      if rest.first == "*" {
        rest.removeFirst()
        return try integer(try take(), or: 0, of: "%")
      }
      guard let number = FormatSpecification.number(&rest) else {
        throw .limit("textBytes", limits.textBytes, found: "a larger width")
      }
      return number
    }
    let width = try number()
    if width < 0 { specification.align = "<" }
    specification.width = Int(clamping: width.magnitude)
    if rest.first == "." {
      rest.removeFirst()
      specification.precision = max(0, try number())
    }
    while let size = rest.first, ["h", "l", "L"].contains(size) { rest.removeFirst() }
    guard let kind = rest.popFirst() else {
      throw .badValue(expected: "a letter after '%'", found: "incomplete format")
    }
    specification.kind = kind
    if isZeroFilled, specification.align == ">", !["s", "r", "a", "c"].contains(kind) {
      (specification.fill, specification.align) = ("0", "=")
    }
    return specification
  }

  private func printf(_ value: TemplateValue, _ specification: FormatSpecification) throws(TemplateError) -> String {
    var text: String
    switch specification.kind {
    case "s": text = try printed(value)
    case "r", "a": text = try represented(value)
    case "c":
      let scalar = value.integerValue.flatMap { UInt32(exactly: $0) }.flatMap { Unicode.Scalar($0) }
      if let scalar { text = String(scalar) } else { text = try self.text(value, of: "%c") }
    case "d", "i", "u":
      guard let number = value.numberValue else {
        throw .wrongType(expected: "a number for %d", found: "a real number is required, not \(value.typeName)")
      }
      guard let whole = value.integerValue ?? Int(exactly: number.rounded(.towardZero)) else {
        throw .badValue(expected: "a finite number", found: "another")
      }
      return try finish(String(whole), specification)
    case "x", "X", "o":
      guard value.integerValue != nil else {
        throw .wrongType(expected: "an integer", found: "%x format: an integer is required, not \(value.typeName)")
      }
      return try formatted(value, specification)
    case "f", "F", "e", "E", "g", "G":
      guard let number = value.numberValue else {
        throw .wrongType(expected: "a real number", found: "must be real number, not \(value.typeName)")
      }
      return try formatted(.float(number), specification)
    default:
      throw .badValue(expected: "a letter that stands for a format", found: "unsupported format character")
    }
    if let precision = specification.precision { text = String(text.unicodeScalars.prefix(precision)) }
    return try padded(text, specification.width, fill: specification.fill, align: specification.align ?? ">")
  }

  private func finish(_ number: String, _ specification: FormatSpecification) throws(TemplateError) -> String {
    let sign = number.hasPrefix("-") || specification.sign == "-" ? "" : String(specification.sign)
    return try padded(
      sign + number, specification.width, fill: specification.fill, align: specification.align ?? ">")
  }

  // MARK: str.format

  /// A value by the specification of `str.format`.
  func formatted(_ value: TemplateValue, _ specification: FormatSpecification) throws(TemplateError) -> String {
    let kind = specification.kind
    if case .string(let text) = value {
      guard kind == nil || kind == "s", specification.align != "=" else {
        throw .badValue(expected: "a format for a text", found: "another format")
      }
      let shortened = specification.precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
      return try padded(shortened, specification.width, fill: specification.fill, align: specification.align ?? "<")
    }
    guard let number = value.numberValue else {
      throw .wrongType(
        expected: "a number or a text to format", found: "unsupported format string passed to \(value.typeName)")
    }
    if case .bool(let flag) = value, kind == nil, specification.width > 0 || specification.separator != nil {
      return try formatted(.integer(flag ? 1 : 0), specification)
    }
    if let whole = value.integerValue, let digits = try wholeDigits(whole, specification) {
      return try finish(digits, specification)
    }
    var digits: String
    switch kind {
    case nil where specification.precision == nil: digits = pythonRepresentation(of: number)
    case "%": digits = try fixed(number * 100, "f", precision: specification.precision ?? 6) + "%"
    case nil, "f", "F", "e", "E", "g", "G":
      digits = try fixed(number, kind ?? "g", precision: specification.precision ?? 6)
      if kind == nil, !digits.contains("."), !digits.contains("e") { digits += ".0" }
    default: throw .badValue(expected: "a format for a number", found: "Unknown format code")
    }
    return try finish(grouped(digits, by: specification.separator), specification)
  }

  private func wholeDigits(_ number: Int, _ specification: FormatSpecification) throws(TemplateError) -> String? {
    let radixes: [Unicode.Scalar: (Int, String)] = ["x": (16, "0x"), "X": (16, "0X"), "o": (8, "0o"), "b": (2, "0b")]
    switch specification.kind {
    case nil, "d", "n", "i", "u": return grouped(String(number), by: specification.separator)
    case "c": return Unicode.Scalar(UInt32(truncatingIfNeeded: number)).map { String($0) }
    case let kind?:
      guard let (radix, prefix) = radixes[kind] else { return nil }
      let digits = String(number.magnitude, radix: radix, uppercase: kind == "X")
      return (number < 0 ? "-" : "") + (specification.isAlternate ? prefix : "") + digits
    }
  }

  private func grouped(_ digits: String, by separator: Unicode.Scalar?) -> String {
    guard let separator else { return digits }
    let body = digits.hasPrefix("-") ? digits.dropFirst() : digits[...]
    let whole = body.prefix { $0.isNumber }
    var result = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place) % 3 == 0 { result.unicodeScalars.append(separator) }
      result.append(digit)
    }
    return (digits.hasPrefix("-") ? "-" : "") + result + body.dropFirst(whole.count)
  }
}
