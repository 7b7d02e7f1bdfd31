extension TemplateRenderer {
  /// The filter `tojson` as transformers defines it: Python's `json.dumps`, without escapes for HTML.
  func json(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let values = try arguments.bound(to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson")
    var writer = TemplateJSONWriter(limits: limits)
    writer.isASCII = values[0]?.isTrue ?? false
    writer.sortsKeys = values[3]?.isTrue ?? false
    switch values[1] {
    case nil, .some(.none): break
    case .string(let margin): writer.margin = margin
    case let width?: writer.margin = try padded("", try integer(width, or: 0, of: "tojson"), fill: " ", align: ">")
    }
    if writer.margin != nil { writer.itemSeparator = "," }
    if let separators = values[2], separators != .none {
      let pair = try items(of: separators)
      guard pair.count == 2 else {
        throw .badValue(expected: "two separators for 'tojson'", found: "\(pair.count)")
      }
      writer.itemSeparator = try text(pair[0], of: "tojson")
      writer.keySeparator = try text(pair[1], of: "tojson")
    }
    try writer.write(value)
    return try checked(writer.text)
  }
}

/// Writes values as Python's `json.dumps` does.
struct TemplateJSONWriter {
  var isASCII = false
  var sortsKeys = false
  var margin: String?
  var itemSeparator = ", "
  var keySeparator = ": "
  private(set) var text = ""
  private var depth = 0
  private let limits: TemplateLimits

  init(limits: TemplateLimits) { self.limits = limits }

  mutating func write(_ value: TemplateValue) throws(TemplateError) {
    guard text.utf8.count <= limits.textBytes else {
      throw .limit("textBytes", limits.textBytes, found: "a longer text")
    }
    switch value {
    case .none: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .float(let value): text += Self.number(value)
    case .string(let value): write(quoting: value)
    case .list(let items), .tuple(let items):
      try writeItems(items.count, "[", "]") { (writer, place) throws(TemplateError) in try writer.write(items[place]) }
    case .dictionary(let items): try write(items)
    case .object(let object as GroupObject): try write(.list(object.items))
    case .undefined, .function, .object:
      throw .wrongType(
        expected: "values that JSON has", found: "Object of type \(value.typeName) is not JSON serializable")
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return pythonRepresentation(of: value)
  }

  private mutating func write(_ items: TemplateDictionary) throws(TemplateError) {
    var entries: [(key: String, value: TemplateValue)] = []
    for entry in items.entries { entries.append((try Self.key(entry.key), entry.value)) }
    if sortsKeys {
      guard items.keys.allSatisfy({ $0.stringValue != nil }) || items.keys.allSatisfy({ $0.numberValue != nil }) else {
        throw .wrongType(expected: "keys that can be ordered", found: "'<' not supported between the keys")
      }
      entries.sort { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
    }
    try writeItems(entries.count, "{", "}") { (writer, place) throws(TemplateError) in
      writer.write(quoting: entries[place].key)
      writer.text += writer.keySeparator
      try writer.write(entries[place].value)
    }
  }

  private static func key(_ key: TemplateValue) throws(TemplateError) -> String {
    switch key {
    case .string(let text): text
    case .integer(let value): String(value)
    case .float(let value): number(value)
    case .bool(let value): value ? "true" : "false"
    case .none: "null"
    default:
      throw .wrongType(
        expected: "keys that JSON has",
        found: "keys must be str, int, float, bool or None, not \(key.typeName)")
    }
  }

  private mutating func writeItems(
    _ count: Int, _ open: String, _ close: String,
    _ write: (inout TemplateJSONWriter, Int) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    text += open
    depth += 1
    guard depth <= limits.valueDepth else { throw .limit("valueDepth", limits.valueDepth, found: "deeper values") }
    for place in 0..<count {
      if place > 0 { text += itemSeparator }
      breakLine()
      try write(&self, place)
    }
    depth -= 1
    if count > 0 { breakLine() }
    text += close
  }

  private mutating func breakLine() {
    if let margin { text += "\n" + String(repeating: margin, count: depth) }
  }

  private mutating func write(quoting string: String) {
    text += "\""
    let isPlain = string.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && ($0 < 0x7F || !isASCII) }
    if isPlain {
      text += string
    } else {
      for scalar in string.unicodeScalars { write(escaping: scalar) }
    }
    text += "\""
  }

  private mutating func write(escaping scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case "\u{08}": text += "\\b"
    case "\u{0C}": text += "\\f"
    default:
      if scalar.value < 0x20 || (isASCII && scalar.value > 0x7E) {
        if isASCII, scalar.value == 0x7F { return text.unicodeScalars.append(scalar) }
        for unit in String(scalar).utf16 { text += "\\u" + hexadecimal(UInt32(unit), length: 4) }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension TemplateValue {
  /// The value as JSON, as Python's `json.dumps` writes it with its usual separators.
  ///
  /// - Throws: `TemplateError` where it has in it what JSON has not.
  public func json(limits: TemplateLimits = TemplateLimits()) throws(TemplateError) -> String {
    var writer = TemplateJSONWriter(limits: limits)
    try writer.write(self)
    return writer.text
  }
}
