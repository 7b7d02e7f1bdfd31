extension TemplateRenderer {
  /// Filters of one text.
  func applyToText(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    let name = filter.rawValue
    switch filter {
    case .trim:
      let set = try optionalText(try arguments.bound(to: ["chars"], of: name)[0], of: name)
      return .string(strip(try printed(value), set, left: true, right: true))
    case .replace:
      let values = try arguments.bound(to: ["old", "new", "count"], required: 2, of: name)
      let limit = values[2] == TemplateValue.none ? -1 : try integer(values[2], or: -1, of: name)
      return try replaced(
        try printed(value), try printed(values[0] ?? .none), try printed(values[1] ?? .none), limit)
    case .indent: return try indented(value, arguments)
    case .truncate: return try truncated(value, arguments)
    case .center:
      let width = try integer(try arguments.bound(to: ["width"], of: name)[0], or: 80, of: name)
      return try checked(try padded(try printed(value), width, fill: " ", align: "|"))
    case .format:
      guard arguments.positional.isEmpty || arguments.keywords.isEmpty else {
        throw .badValue(expected: "values or named values for 'format'", found: "both")
      }
      let given =
        arguments.keywords.isEmpty ? TemplateValue.tuple(arguments.positional) : .dictionary(arguments.keywords)
      return try checked(try printf(try printed(value), given))
    default: break
    }
    if filter == .xmlattr { return try attributes(value, arguments) }
    _ = try arguments.bound(to: [], of: name)
    switch filter {
    case .title: return try checked(Self.titled(try printed(value)))
    case .wordcount:
      let isWord = { (scalar: Unicode.Scalar) in
        scalar == "_" || scalar.isPythonLetter || scalar.properties.numericType != nil
      }
      return .integer(try printed(value).unicodeScalars.split { !isWord($0) }.count)
    case .striptags: return .string(Self.withoutTags(try printed(value)))
    default: return try urlEncoded(value)
    }
  }

  private func indented(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let values = try arguments.bound(to: ["width", "first", "blank"], of: "indent")
    let margin: String
    if case .string(let given) = values[0] {
      margin = given
    } else {
      let width = try integer(values[0], or: 4, of: "indent")
      margin = try padded("", width, fill: " ", align: ">")
    }
    let text = try text(value, of: "indent") + "\n"
    let lines = text.pythonLines()
    let indentsBlank = values[2]?.isTrue ?? false
    let (growth, overflows) = lines.count.multipliedReportingOverflow(by: margin.utf8.count)
    guard !overflows, growth <= limits.textBytes else {
      throw .limit("textBytes", limits.textBytes, found: "a longer text")
    }
    var result = values[1]?.isTrue ?? false ? margin : ""
    for (place, line) in lines.enumerated() {
      if place > 0 { result += "\n" + (line.isEmpty && !indentsBlank ? "" : margin) }
      result += line
    }
    return try checked(result)
  }

  private func truncated(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let values = try arguments.bound(to: ["length", "killwords", "end", "leeway"], of: "truncate")
    let end = try optionalText(values[2], of: "truncate") ?? "..."
    let length = try integer(values[0], or: 255, of: "truncate")
    let leeway = try integer(values[3], or: 5, of: "truncate")
    let kept = max(length, -1) - end.unicodeScalars.count
    guard kept >= 0, leeway >= 0 else {
      throw .badValue(expected: "a length of at least that of '\(end)' for 'truncate'", found: "\(length)")
    }
    if try self.length(of: value) <= length.addingReportingOverflow(leeway).partialValue { return value }
    let scalars = Array(try text(value, of: "truncate").unicodeScalars)
    var result = scalars.prefix(kept)
    if !(values[1]?.isTrue ?? false), let space = result.lastIndex(of: " ") { result = result[..<space] }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: result)
    return .string(String(text) + end)
  }

  private static func titled(_ text: String) -> String {
    let breaks: Set<Unicode.Scalar> = ["-", "(", "{", "[", "<"]
    var result = ""
    var isBegin = true
    for scalar in text.unicodeScalars {
      let isBreak = breaks.contains(scalar) || isPythonSpace(scalar)
      result +=
        isBreak ? String(scalar) : isBegin ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
      isBegin = isBreak
    }
    return result
  }

  private static func withoutTags(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    var place = 0
    while let start = UTF8Search.find([0x3C], in: bytes, from: place) {
      let isComment = bytes[start...].starts(with: "<!--".utf8)
      let closer = Array((isComment ? "-->" : ">").utf8)
      guard let end = UTF8Search.find(closer, in: bytes, from: start + (isComment ? 4 : 1)) else { break }
      kept += bytes[place..<start]
      place = end + closer.count
    }
    kept += bytes[place...]
    var plain = String(decoding: kept, as: UTF8.self).splitAtSpace().joined(separator: " ")
    let entities = [
      ("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""), ("&nbsp;", "\u{A0}"),
    ]
    for (entity, character) in entities + [("&amp;", "&")] { plain = UTF8Search.replace(plain, entity, character, -1) }
    return plain
  }

  private static func quoted(_ text: String, isQuery: Bool) -> String {
    var result = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isSafe = isASCIIDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || "_.-~".utf8.contains(byte)
      if isSafe || (!isQuery && byte == 0x2F) {
        result.unicodeScalars.append(scalar)
      } else {
        result += isQuery && byte == 0x20 ? "+" : "%" + hexadecimal(UInt32(byte), length: 2).uppercased()
      }
    }
    return result
  }

  private func urlEncoded(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    var pairs: [TemplateValue]
    switch value {
    case .dictionary(let items): pairs = ViewObject(.items, of: items).items
    case .list, .tuple, .object: pairs = try items(of: value)
    case .undefined: pairs = []
    default: return try checked(Self.quoted(try printed(value), isQuery: false))
    }
    var text = ""
    for (place, pair) in pairs.enumerated() {
      let halves = try items(of: pair)
      guard halves.count == 2 else {
        throw .badValue(expected: "pairs for 'urlencode'", found: "\(halves.count) values")
      }
      let parts = [try printed(halves[0]), try printed(halves[1])].map { Self.quoted($0, isQuery: true) }
      try append(parts.joined(separator: "="), to: &text, separator: "&", isFirst: place == 0)
    }
    return try checked(text)
  }

  private func attributes(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let hasSpace = try arguments.bound(to: ["autospace"], of: "xmlattr")[0]?.isTrue ?? true
    guard case .dictionary(let items) = value else {
      throw .wrongType(expected: "a mapping for 'xmlattr'", found: "a \(value.typeName)")
    }
    var text = ""
    for entry in items.entries where entry.value != .none && !entry.value.isUndefined {
      let key = try self.text(entry.key, of: "xmlattr")
      guard
        !key.unicodeScalars.contains(where: { [" ", "\t", "\n", "\r", "\u{B}", "\u{C}", "/", ">", "="].contains($0) })
      else { throw .badValue(expected: "the name of an attribute", found: "'\(key)'") }
      let part = "\(Self.escaped(key))=\"\(Self.escaped(try printed(entry.value)))\""
      try append(part, to: &text, separator: " ", isFirst: text.isEmpty)
    }
    return try checked((hasSpace && !text.isEmpty ? " " : "") + text)
  }
}
