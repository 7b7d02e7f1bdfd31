import Foundation

/// The public names that a folder of Swift sources declares, found by their text.
struct Declarations {
  private var names: Set<String> = []
  private var operators: Set<String> = []
  /// The labels of each function's parameters; of initializers under `init`.
  private var labels: [String: [[String]]] = [:]

  init(in folder: URL) throws {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      if file.pathExtension == "swift", !file.lastPathComponent.hasPrefix("PyTorch") {
        read(try String(contentsOf: file, encoding: .utf8))
      }
    }
  }

  private mutating func read(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (place, line) in lines.enumerated() where line.contains("public ") || line.contains("open ") {
      if let match = line.firstMatch(of: /^[^\/]*?\b(?:class|struct|enum|protocol|typealias|var|let)\s+(\w+)/) {
        names.insert(String(match.1))
      }
      if let match = line.firstMatch(of: /^[^\/]*?\bstatic (?:prefix )?func ([^\s\w(`]+)/) {
        operators.insert(String(match.1))
      }
      if line.contains(" subscript(") { names.insert("subscript") }
      guard let match = line.firstMatch(of: /^[^\/]*?\b(?:func\s+`?(\w+)`?|init\??)\s*(?:<[^>]*>)?\(/) else { continue }
      let name = match.1.map(String.init) ?? "init"
      if name != "init" { names.insert(name) }
      // A declaration's parameters may stand on the lines below.
      let parameters = lines[place...].prefix(12).joined(separator: "\n").dropFirst(line[match.range].count)
      labels[name, default: []].append(Self.labels(parameters))
    }
  }

  /// The labels of the parameters that end at the parenthesis that closes.
  private static func labels(_ text: Substring) -> [String] {
    var (found, parameter, depth) = ([String](), "", 0)
    func finish() {
      let words = parameter.prefix { $0 != ":" }.split(whereSeparator: \.isWhitespace)
      if let label = words.first(where: { !$0.hasPrefix("@") }) { found.append(String(label)) }
      parameter = ""
    }
    for character in text {
      if ")]}".contains(character) { depth -= 1 }
      if depth < 0 { break }
      if "([{".contains(character) { depth += 1 }
      if character == "," && depth == 0 { finish() } else { parameter.append(character) }
    }
    finish()
    return found
  }

  /// Whether `span` is declared: `name`, `Type.name`, `name(label:)`, `Type(label:)`, an operator or `x[...]`. Of the
  /// labels some may be left out.
  func contain(_ span: String) -> Bool {
    let span = span.hasPrefix("prefix ") ? String(span.dropFirst(7)) : span
    if span.hasPrefix("x[") { return names.contains("subscript") }
    if !span.contains(where: \.isLetter) { return operators.contains(span) }
    let parts = span.split(separator: "(", maxSplits: 1)
    let path = parts[0].split(separator: ".").map(String.init)
    guard let name = path.last, path.allSatisfy(names.contains) else { return false }
    if parts.count == 1 { return true }
    let wanted = parts[1].dropLast().split(separator: ":").map(String.init)
    return labels[name, default: name.first?.isUppercase == true ? labels["init", default: []] : []]
      .contains { Self.contains($0, inOrder: wanted) }
  }

  private static func contains(_ labels: [String], inOrder wanted: [String]) -> Bool {
    var rest = labels[...]
    for label in wanted {
      guard let place = rest.firstIndex(of: label) else { return false }
      rest = rest[(place + 1)...]
    }
    return true
  }
}
