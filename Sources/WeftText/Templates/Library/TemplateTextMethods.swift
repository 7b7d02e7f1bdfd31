extension TemplateRenderer {
  func callMethod(
    _ name: String, of text: String, _ arguments: CallValues
  ) throws(TemplateError) -> TemplateValue {
    switch name {
    case "strip", "lstrip", "rstrip":
      let set = try optionalText(try arguments.bound(to: ["chars"], of: name)[0], of: name)
      return .string(strip(text, set, left: name != "rstrip", right: name != "lstrip"))
    case "split", "rsplit": return .list(try split(text, name, arguments))
    case "startswith", "endswith": return .bool(try hasAffix(text, name, arguments))
    case "replace":
      let values = try arguments.bound(to: ["old", "new", "count"], required: 2, of: name)
      let (old, new) = (try self.text(values[0], of: name), try self.text(values[1], of: name))
      return try replaced(text, old, new, try integer(values[2], or: -1, of: name))
    case "join":
      let parts = try items(of: try arguments.bound(to: ["iterable"], required: 1, of: name)[0] ?? .none)
      var result = ""
      for (place, part) in parts.enumerated() {
        try append(try self.text(part, of: name), to: &result, separator: text, isFirst: place == 0)
      }
      return try checked(result)
    case "format": return try checked(try braceFormat(text, arguments))
    case "format_map":
      let map = try arguments.bound(to: ["mapping"], required: 1, of: name)[0] ?? .none
      guard case .dictionary(let keywords) = map else {
        throw .wrongType(expected: "a dictionary for 'format_map'", found: "another value")
      }
      return try checked(try braceFormat(text, CallValues(keywords: keywords)))
    case "find", "rfind", "index", "rindex", "count": return try search(text, name, arguments)
    case "splitlines":
      let keeps = try arguments.bound(to: ["keepends"], of: name)[0]?.isTrue ?? false
      return .list(text.pythonLines(keepingEnds: keeps).map { .string($0) })
    case "removeprefix", "removesuffix":
      let affix = try self.text(try arguments.bound(to: [name], required: 1, of: name)[0], of: name)
      return .string(removing(affix, from: text, atEnd: name == "removesuffix"))
    default: return try callRest(name, of: text, arguments)
    }
  }

  private func callRest(_ name: String, of text: String, _ arguments: CallValues) throws(TemplateError) -> TemplateValue
  {
    switch name {
    case "partition", "rpartition":
      let separator = try separatorText(try arguments.bound(to: ["sep"], required: 1, of: name)[0], of: name)
      return .tuple(partition(text, separator, fromEnd: name == "rpartition"))
    case "center", "ljust", "rjust": return try justified(text, name, arguments)
    case "zfill":
      let width = try integer(try arguments.bound(to: ["width"], required: 1, of: name)[0], or: 0, of: name)
      return try checked(try padded(text, width, fill: "0", align: "="))
    case "encode", "maketrans", "translate", "expandtabs", "isidentifier":
      throw TemplateError(.unsupported, expected: "a method of texts that is supported", found: "'\(name)'")
    default: break
    }
    _ = try arguments.bound(to: [], of: name)
    switch name {
    case "upper": return try checked(text.pythonUpper)
    case "lower": return try checked(text.pythonLower)
    case "title": return try checked(text.pythonTitle)
    case "capitalize": return try checked(text.pythonCapitalized)
    case "casefold": return try checked(text.pythonLower.replacingSharpS)
    case "swapcase":
      return try checked(
        text.unicodeScalars.map {
          $0.properties.isUppercase ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping
        }.joined())
    default: return .bool(isSuch(text, name))
    }
  }

  private func isSuch(_ text: String, _ name: String) -> Bool {
    switch name {
    case "isdigit": text.all(\.isPythonDigit)
    case "isdecimal": text.all { $0.properties.numericType == .decimal }
    case "isnumeric": text.all { $0.properties.numericType != nil }
    case "isalpha": text.all(\.isPythonLetter)
    case "isalnum": text.all { $0.isPythonLetter || $0.properties.numericType != nil }
    case "isspace": text.all(isPythonSpace)
    case "isascii": text.utf8.allSatisfy { $0 < 0x80 }
    case "isupper": text.isCased(upper: true)
    case "islower": text.isCased(upper: false)
    case "isprintable": pythonRepresentation(of: text).utf8.count == text.utf8.count + 2 && !text.utf8.contains(0x5C)
    default: sameScalars(text, text.pythonTitle) && !sameScalars(text.pythonUpper, text.pythonLower)
    }
  }

  // MARK: Arguments

  func text(_ value: TemplateValue?, of function: String) throws(TemplateError) -> String {
    switch value {
    case .string(let text): return text
    case .undefined(let missing): throw missing.error
    default:
      throw .wrongType(
        expected: "a text for '\(function)'", found: "a value of the type \(value?.typeName ?? "NoneType")")
    }
  }

  func optionalText(_ value: TemplateValue?, of function: String) throws(TemplateError) -> String? {
    switch value {
    case nil, .some(.none): nil
    default: try text(value, of: function)
    }
  }

  func separatorText(_ value: TemplateValue?, of function: String) throws(TemplateError) -> String {
    let separator = try text(value, of: function)
    guard !separator.isEmpty else {
      throw .badValue(expected: "a separator for '\(function)'", found: "empty separator")
    }
    return separator
  }

  func integer(_ value: TemplateValue?, or usual: Int, of function: String) throws(TemplateError) -> Int {
    guard let value else { return usual }
    if let number = value.integerValue { return number }
    if case .undefined(let missing) = value { throw missing.error }
    throw .wrongType(
      expected: "a whole number for '\(function)'",
      found: "'\(value.typeName)' object cannot be interpreted as an integer")
  }

  // MARK: Methods

  func strip(_ text: String, _ set: String?, left: Bool, right: Bool) -> String {
    guard let set else { return text.stripped(left: left, right: right) }
    let scalars = Set(set.unicodeScalars)
    return text.stripped(left: left, right: right) { scalars.contains($0) }
  }

  func replaced(_ text: String, _ old: String, _ new: String, _ limit: Int) throws(TemplateError) -> TemplateValue {
    // Each replacement may make the text longer: so long as the shortest thing to replace fits, so often it may happen.
    let most = text.utf8.count / max(1, old.utf8.count) + 1
    let (growth, overflows) = most.multipliedReportingOverflow(by: new.utf8.count)
    if overflows || growth > limits.textBytes, new.utf8.count > old.utf8.count {
      let times = text.split(by: old.isEmpty ? "\u{0}" : old, limit: -1).count
      let (length, overflows) = times.multipliedReportingOverflow(by: new.utf8.count)
      if overflows || length > limits.textBytes || old.isEmpty {
        throw .limit("textBytes", limits.textBytes, found: "a longer text")
      }
    }
    try count(text.utf8.count / 64)
    return try checked(UTF8Search.replace(text, old, new, limit))
  }

  private func split(_ text: String, _ name: String, _ arguments: CallValues) throws(TemplateError) -> [TemplateValue] {
    let values = try arguments.bound(to: ["sep", "maxsplit"], of: name)
    let limit = try integer(values[1], or: -1, of: name)
    let parts: [String]
    switch values[0] {
    case nil, .some(.none):
      parts = name == "split" ? text.splitAtSpace(limit: limit) : text.splitAtSpaceFromEnd(limit: limit)
    default:
      let separator = try separatorText(values[0], of: name)
      parts = text.split(by: separator, limit: limit, fromEnd: name == "rsplit")
    }
    try count(text.utf8.count / 64 + parts.count / 4)
    return parts.map { .string($0) }
  }

  private func hasAffix(_ text: String, _ name: String, _ arguments: CallValues) throws(TemplateError) -> Bool {
    let values = try arguments.bound(to: ["affix", "start", "end"], required: 1, of: name)
    var part = text
    if values[1] != nil || values[2] != nil {
      let whole = TemplateValue.string(text)
      part = try slice(whole, values[1] ?? .none, values[2] ?? .none, .none).stringValue ?? ""
    }
    var affixes = [values[0] ?? .none]
    if case .tuple(let several) = values[0] { affixes = several }
    for affix in affixes {
      let affix = try self.text(affix, of: name).utf8
      if name == "startswith" ? part.utf8.starts(with: affix) : part.utf8.reversed().starts(with: affix.reversed()) {
        return true
      }
    }
    return false
  }

  private func removing(_ affix: String, from text: String, atEnd: Bool) -> String {
    guard !affix.isEmpty else { return text }
    if atEnd {
      let fits = text.utf8.reversed().starts(with: affix.utf8.reversed())
      return fits ? String(decoding: text.utf8.dropLast(affix.utf8.count), as: UTF8.self) : text
    }
    let fits = text.utf8.starts(with: affix.utf8)
    return fits ? String(decoding: text.utf8.dropFirst(affix.utf8.count), as: UTF8.self) : text
  }

  private func partition(_ text: String, _ separator: String, fromEnd: Bool) -> [TemplateValue] {
    let parts = text.split(by: separator, limit: 1, fromEnd: fromEnd)
    if parts.count == 2 { return [.string(parts[0]), .string(separator), .string(parts[1])] }
    return fromEnd ? ["", "", .string(text)] : [.string(text), "", ""]
  }

  private func justified(_ text: String, _ name: String, _ arguments: CallValues) throws(TemplateError) -> TemplateValue
  {
    let values = try arguments.bound(to: ["width", "fillchar"], required: 1, of: name)
    let fill = try optionalText(values[1], of: name) ?? " "
    guard fill.unicodeScalars.count == 1, let fill = fill.unicodeScalars.first else {
      throw .wrongType(expected: "one character to fill with", found: "another number of them")
    }
    let width = try integer(values[0], or: 0, of: name)
    let align: Unicode.Scalar = name == "ljust" ? "<" : name == "rjust" ? ">" : "|"
    return try checked(try padded(text, width, fill: fill, align: align))
  }

  private func search(_ text: String, _ name: String, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    let values = try arguments.bound(to: ["sub", "start", "end"], required: 1, of: name)
    let part = Array(try self.text(values[0], of: name).utf8)
    let whole = TemplateValue.string(text)
    let length = text.unicodeScalars.count
    var start = try integer(values[1], or: 0, of: name)
    start = start < 0 ? max(0, max(start, -length) + length) : start
    let searched = try slice(whole, .integer(start), values[2] ?? .none, .none).stringValue ?? ""
    let bytes = Array(searched.utf8)
    try count(bytes.count / 64)
    if name == "count" {
      if part.isEmpty { return .integer(start > length ? 0 : searched.unicodeScalars.count + 1) }
      return .integer(searched.split(by: String(decoding: part, as: UTF8.self), limit: -1).count - 1)
    }
    let isLast = name.hasPrefix("r")
    let found =
      start > length
      ? nil
      : isLast
        ? UTF8Search.findLast(part, in: bytes) : UTF8Search.find(part, in: bytes, from: 0)
    if let found { return .integer(start + String(decoding: bytes[..<found], as: UTF8.self).unicodeScalars.count) }
    guard name.hasSuffix("find") else { throw .badValue(expected: "a part of the text", found: "substring not found") }
    return .integer(-1)
  }
}

extension String {
  fileprivate var replacingSharpS: String { UTF8Search.replace(self, "ß", "ss", -1) }
}
