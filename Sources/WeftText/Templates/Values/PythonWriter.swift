/// Writes values as Python prints them.
struct PythonWriter: ValueWriter {
  private(set) var text = ""
  private var depth = 0
  private let limits: TemplateLimits

  init(limits: TemplateLimits) { self.limits = limits }

  mutating func append(_ more: String) { text += more }

  /// What Python's `repr` gives.
  mutating func represent(_ value: TemplateValue) throws(TemplateError) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.valueDepth else { throw .limit("valueDepth", limits.valueDepth, found: "deeper values") }
    guard text.utf8.count <= limits.textBytes else {
      throw .limit("textBytes", limits.textBytes, found: "a longer text")
    }
    switch value {
    case .undefined: text += "Undefined"
    case .none: text += "None"
    case .bool(let value): text += value ? "True" : "False"
    case .integer(let value): text += String(value)
    case .float(let value): text += pythonRepresentation(of: value)
    case .string(let value): text += pythonRepresentation(of: value)
    case .list(let items): try represent(items, "[", "]")
    case .tuple(let items): try represent(items, "(", items.count == 1 ? ",)" : ")")
    case .dictionary(let items): try represent(items)
    case .function(let function): text += "<function \(function.name)>"
    case .object(let object): try object.represented(by: &self)
    }
  }

  private mutating func represent(_ items: [TemplateValue], _ open: String, _ close: String) throws(TemplateError) {
    text += open
    for (place, item) in items.enumerated() {
      if place > 0 { text += ", " }
      try represent(item)
    }
    text += close
  }

  private mutating func represent(_ items: TemplateDictionary) throws(TemplateError) {
    text += "{"
    for (place, entry) in items.entries.enumerated() {
      if place > 0 { text += ", " }
      try represent(entry.key)
      text += ": "
      try represent(entry.value)
    }
    text += "}"
  }
}

/// A number as Python writes it: the shortest digits that give the same number.
func pythonRepresentation(of value: Double) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  let (digits, exponent) = shortestDigits(of: value)
  let sign = value.sign == .minus ? "-" : ""
  guard exponent >= -4, exponent < 16 else {
    let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
    let size = abs(exponent)
    return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(size < 10 ? "0" : "")\(size)"
  }
  if exponent < 0 { return "\(sign)0." + String(repeating: "0", count: -exponent - 1) + digits }
  if digits.count <= exponent + 1 {
    return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count) + ".0"
  }
  return "\(sign)\(digits.prefix(exponent + 1)).\(digits.dropFirst(exponent + 1))"
}

/// The shortest digits of a finite number, and the exponent of ten of the first one.
private func shortestDigits(of value: Double) -> (String, Int) {
  if value == 0 { return ("0", 0) }
  let parts = value.magnitude.description.split(separator: "e")
  let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
  let whole = mantissa[0]
  let fraction = mantissa.count > 1 ? mantissa[1] : ""
  let all = whole + fraction
  let leading = all.prefix { $0 == "0" }.count
  var digits = all.dropFirst(leading)
  while digits.last == "0", digits.count > 1 { digits.removeLast() }
  let written = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  return (String(digits), whole.count - 1 - leading + written)
}

/// A text as Python writes it in quotes.
func pythonRepresentation(of text: String) -> String {
  let quote: Unicode.Scalar = text.utf8.contains(0x27) && !text.utf8.contains(0x22) ? "\"" : "'"
  var result = String.UnicodeScalarView()
  result.append(quote)
  for scalar in text.unicodeScalars {
    switch scalar {
    case quote, "\\": result.append(contentsOf: ["\\", scalar])
    case "\n": result.append(contentsOf: ["\\", "n"])
    case "\r": result.append(contentsOf: ["\\", "r"])
    case "\t": result.append(contentsOf: ["\\", "t"])
    default:
      if scalar == " " || isPrintable(scalar) {
        result.append(scalar)
      } else {
        let (letter, length) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        result.append(contentsOf: "\\\(letter)\(hexadecimal(scalar.value, length: length))".unicodeScalars)
      }
    }
  }
  result.append(quote)
  return String(result)
}

func hexadecimal(_ value: UInt32, length: Int) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: max(0, length - digits.utf8.count)) + digits
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.value < 0x7F { return scalar.value >= 0x20 }
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
    return false
  default: return true
  }
}
