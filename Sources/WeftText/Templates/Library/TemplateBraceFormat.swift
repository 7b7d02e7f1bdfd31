extension TemplateRenderer {
  /// Python's `text.format(...)`, with attributes and items looked up as in expressions.
  func braceFormat(_ format: String, _ arguments: CallValues) throws(TemplateError) -> String {
    var automatic = 0
    return try braceFormat(format, arguments, &automatic, depth: 0)
  }

  private func braceFormat(
    _ format: String, _ arguments: CallValues, _ automatic: inout Int, depth: Int
  ) throws(TemplateError) -> String {
    guard depth < 2 else {
      throw .badValue(expected: "fields within fields once", found: "Max string recursion exceeded")
    }
    var result = ""
    var rest = format.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "{" || scalar == "}" {
        if rest.first == scalar {
          rest.removeFirst()
        } else {
          guard scalar == "{", let field = Self.field(&rest) else {
            throw .badValue(expected: "braces in pairs", found: "Single '\(scalar)' encountered in format string")
          }
          try append(try replacement(field, arguments, &automatic, depth: depth), to: &result)
          continue
        }
      }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// The field up to the brace that closes it.
  private static func field(_ rest: inout Substring.UnicodeScalarView) -> String? {
    var field = String.UnicodeScalarView()
    var open = 1
    while let scalar = rest.popFirst() {
      open += scalar == "{" ? 1 : scalar == "}" ? -1 : 0
      if open == 0 { return String(field) }
      field.append(scalar)
    }
    return nil
  }

  private func replacement(
    _ field: String, _ arguments: CallValues, _ automatic: inout Int, depth: Int
  ) throws(TemplateError) -> String {
    let scalars = field.unicodeScalars
    let end = scalars.firstIndex { $0 == ":" || $0 == "!" } ?? scalars.endIndex
    var tail = scalars[end...]
    var value = try fieldValue(String(scalars[..<end]), arguments, &automatic)
    if tail.first == "!" {
      switch tail.dropFirst().first {
      case "r", "a": value = .string(try represented(value))
      case "s": value = .string(try printed(value))
      default: throw .badValue(expected: "r, s or a after '!'", found: "another letter")
      }
      tail = tail.dropFirst(2)
    }
    guard tail.first == ":" else { return try printed(value) }
    let text = try braceFormat(String(tail.dropFirst()), arguments, &automatic, depth: depth + 1)
    if text.isEmpty { return try printed(value) }
    guard let specification = FormatSpecification(text) else {
      throw .badValue(expected: "a format", found: "Invalid format specifier '\(text)'")
    }
    return try formatted(value, specification)
  }

  private func fieldValue(
    _ field: String, _ arguments: CallValues, _ automatic: inout Int
  ) throws(TemplateError) -> TemplateValue {
    var rest = field.unicodeScalars[...]
    let name = String(rest.prefix { $0 != "." && $0 != "[" })
    rest = rest.dropFirst(name.unicodeScalars.count)
    var value: TemplateValue
    if name.isEmpty || name.all({ ("0"..."9").contains($0) }) {
      let place = name.isEmpty ? automatic : Int(name) ?? .max
      if name.isEmpty { automatic += 1 }
      guard place < arguments.positional.count else {
        throw .badValue(
          expected: "a value for each field",
          found: "Replacement index \(place) out of range for positional args tuple")
      }
      value = arguments.positional[place]
    } else {
      guard let given = arguments.keywords[name] else {
        throw .badValue(expected: "a value for the field '\(name)'", found: "none")
      }
      value = given
    }
    while let mark = rest.popFirst() {
      if mark == "." {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest[name.endIndex...]
        value = try attribute(String(name), of: value)
      } else {
        let index = rest.prefix { $0 != "]" }
        rest = rest[index.endIndex...].dropFirst()
        value = try item(Int(String(index)).map { .integer($0) } ?? .string(String(index)), of: value)
      }
    }
    return value
  }
}
