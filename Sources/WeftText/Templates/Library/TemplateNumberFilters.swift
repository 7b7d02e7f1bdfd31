#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension TemplateRenderer {
  /// Filters of one number.
  func applyToNumber(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    switch filter {
    case .int: return try whole(value, arguments)
    case .float:
      let fallback = try arguments.bound(to: ["default"], of: "float")[0] ?? 0.0
      if case .undefined(let missing) = value { throw missing.error }
      if let number = value.numberValue { return .float(number) }
      return value.stringValue.flatMap(Self.number).map { .float($0) } ?? fallback
    case .abs:
      _ = try arguments.bound(to: [], of: "abs")
      if case .float(let number) = value { return .float(number.magnitude) }
      guard let number = value.integerValue else {
        throw .wrongType(expected: "a number for 'abs'", found: "bad operand type for abs(): '\(value.typeName)'")
      }
      return number < 0 ? try signed(value, isNegative: true) : .integer(number)
    case .round: return try rounded(value, arguments)
    default: return try fileSize(value, arguments)
    }
  }

  /// A text as Python's `float` reads it.
  private static func number(_ text: String) -> Double? {
    let text = text.stripped()
    let bare = UTF8Search.replace(text, "_", "", -1)
    let isHexadecimal = bare.pythonLower.contains("x") || bare.pythonLower.contains("p")
    let hasLooseUnderscore = text.hasPrefix("_") || text.hasSuffix("_") || text.contains("__")
    guard !isHexadecimal, !hasLooseUnderscore, !bare.pythonLower.contains("nan(") else { return nil }
    return Double(bare)
  }

  /// A text as Python's `int` reads it in a base.
  private static func whole(_ text: String, base: Int) throws(TemplateError) -> Int? {
    var digits = text.stripped()
    guard !digits.isEmpty, !digits.hasPrefix("_"), !digits.hasSuffix("_"), !digits.contains("__") else { return nil }
    digits = UTF8Search.replace(digits, "_", "", -1)
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
    var radix = base
    let prefixes = ["0x": 16, "0o": 8, "0b": 2]
    if let meant = prefixes[digits.prefix(2).lowercased()], base == meant || base == 0 {
      radix = meant
      digits.removeFirst(2)
    }
    if radix == 0 { radix = 10 }
    guard (2...36).contains(radix), let first = digits.first, first != "-", first != "+" else { return nil }
    if let value = Int((isNegative ? "-" : "") + digits, radix: radix) { return value }
    let isNumber = digits.unicodeScalars.allSatisfy { Int(String($0), radix: radix) != nil }
    guard isNumber else { return nil }
    throw TemplateError(.overflow, expected: "a number of 64 bits", found: "'\(digits)'")
  }

  private func whole(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let values = try arguments.bound(to: ["default", "base"], of: "int")
    let fallback = values[0] ?? 0
    let number: Double
    switch value {
    case .undefined(let missing): throw missing.error
    case .string(let text):
      if let result = try Self.whole(text, base: try integer(values[1], or: 10, of: "int")) { return .integer(result) }
      guard let read = Self.number(text) else { return fallback }
      number = read
    case .float(let given):
      guard !given.isInfinite else {
        throw TemplateError(.overflow, expected: "a finite number", found: "cannot convert float infinity to integer")
      }
      number = given
    default: return value.integerValue.map { .integer($0) } ?? fallback
    }
    guard number.isFinite else { return fallback }
    guard let result = Int(exactly: number.rounded(.towardZero)) else {
      throw TemplateError(.overflow, expected: "a number of 64 bits", found: pythonRepresentation(of: number))
    }
    return .integer(result)
  }

  private func rounded(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let values = try arguments.bound(to: ["precision", "method"], of: "round")
    let precision = try integer(values[0], or: 0, of: "round")
    let method = values[1]?.stringValue ?? "common"
    guard ["common", "ceil", "floor"].contains(method) else {
      throw .badValue(expected: "common, ceil or floor as the method of 'round'", found: "'\(method)'")
    }
    guard let number = value.numberValue else {
      throw .wrongType(
        expected: "a number for 'round'", found: "type \(value.typeName) doesn't define __round__ method")
    }
    guard method == "common" else {
      let scale = pow(10, Double(precision))
      let result = (number * scale).rounded(method == "ceil" ? .up : .down) / scale
      guard result.isFinite else {
        throw TemplateError(.overflow, expected: "a finite result", found: "cannot convert float to integer")
      }
      return .float(result)
    }
    if let whole = value.integerValue { return .integer(try rounded(whole, precision)) }
    guard number.isFinite, precision <= 300 else { return value }
    guard precision >= 0 else {
      let scale = pow(10, -Double(precision))
      return .float((number / scale).rounded(.toNearestOrEven) * scale)
    }
    return .float(Double(try fixed(number, "f", precision: precision)) ?? number)
  }

  private func rounded(_ whole: Int, _ precision: Int) throws(TemplateError) -> Int {
    guard precision < 0 else { return whole }
    guard precision > -19 else { return 0 }
    var scale = 1
    for _ in 0..<(-precision) { scale *= 10 }
    let (quotient, rest) = whole.quotientAndRemainder(dividingBy: scale)
    let twice = rest.magnitude * 2
    let isUp = twice > scale.magnitude || (twice == scale.magnitude && quotient % 2 != 0)
    let (result, overflows) = (quotient + (isUp ? (whole < 0 ? -1 : 1) : 0)).multipliedReportingOverflow(by: scale)
    guard !overflows else { throw TemplateError(.overflow, expected: "a number of 64 bits", found: "a larger one") }
    return result
  }

  private func fileSize(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let isBinary = try arguments.bound(to: ["binary"], of: "filesizeformat")[0]?.isTrue ?? false
    guard let bytes = value.numberValue ?? value.stringValue.flatMap(Self.number), bytes.isFinite else {
      throw .wrongType(expected: "a number for 'filesizeformat'", found: "a \(value.typeName)")
    }
    let base: Double = isBinary ? 1024 : 1000
    if bytes == 1 { return "1 Byte" }
    if bytes < base { return .string("\(pythonRepresentation(of: bytes.rounded(.towardZero)).dropLast(2)) Bytes") }
    var unit = base
    for prefix in ["k", "M", "G", "T", "P", "E", "Z", "Y"] {
      unit *= base
      guard bytes < unit || prefix == "Y" else { continue }
      let name = isBinary ? prefix.uppercased() + "iB" : prefix + "B"
      return .string("\(try fixed(base * bytes / unit, "f", precision: 1)) \(name)")
    }
    return value
  }
}
