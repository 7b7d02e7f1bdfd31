import Foundation

/// A header's value with its parameters, as in `form-data; name="a;b"; filename=c.wav`: what stands between quotes is
/// one value, semicolons in it too.
package struct HeaderParameters {
  /// What stands before the first semicolon, in small letters.
  package let value: String
  private let parameters: [(name: String, value: String)]

  package init(_ text: some StringProtocol) {
    var parts = Self.parts(text)[...]
    value = parts.popFirst().map { Self.trimmed($0).lowercased() } ?? ""
    parameters = parts.compactMap { part in
      guard let equals = part.firstIndex(of: "=") else { return nil }
      return (
        Self.trimmed(part[..<equals]).lowercased(), Self.unquoted(Self.trimmed(part[part.index(after: equals)...]))
      )
    }
  }

  /// The first parameter of a name, which is in small letters.
  package subscript(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

  /// What stands between semicolons that are not between quotes.
  private static func parts(_ text: some StringProtocol) -> [String] {
    var parts = [""]
    var (isQuoted, isEscaped) = (false, false)
    for letter in text {
      if letter == ";", !isQuoted {
        parts.append("")
        continue
      }
      if letter == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = letter == "\\" && isQuoted && !isEscaped
      parts[parts.count - 1].append(letter)
    }
    return parts
  }

  private static func trimmed(_ text: some StringProtocol) -> String { text.trimmingCharacters(in: .whitespaces) }

  /// A value without its quotes. A backslash stands before a quote or another backslash alone: some clients write
  /// paths.
  private static func unquoted(_ text: String) -> String {
    guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
    var result = ""
    var isEscaped = false
    for letter in text.dropFirst().dropLast() {
      if letter == "\\", !isEscaped {
        isEscaped = true
        continue
      }
      if isEscaped, letter != "\"", letter != "\\" { result.append("\\") }
      isEscaped = false
      result.append(letter)
    }
    return isEscaped ? result + "\\" : result
  }
}
