import Foundation

/// A call of a function that a model asks for.
package struct ToolCall: Sendable, Equatable {
  package let id: String
  package let name: String
  /// A JSON text, as OpenAI's interface has it.
  package let arguments: String

  package init(id: String, name: String, arguments: String) {
    (self.id, self.name, self.arguments) = (id, name, arguments)
  }

  func json(index: Int? = nil) -> JSON {
    var members: [JSON.Member] = []
    if let index { members.append(JSON.Member("index", .integer(index))) }
    members += [
      JSON.Member("id", .text(id)), JSON.Member("type", "function"),
      JSON.Member("function", ["name": .text(name), "arguments": .text(arguments)]),
    ]
    return .object(members)
  }
}

/// Finds calls in what a model writes: `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`, which Qwen, Hermes,
/// SmolLM and others were trained to write. What is no such call stays text.
package struct ToolCallReader {
  private static let opening = "<tool_call>"
  private static let closing = "</tool_call>"
  private var held = ""
  private var isInside = false
  /// What has been found and not yet been taken.
  package private(set) var calls: [ToolCall] = []
  private let makeID: @Sendable () -> String

  package init(makeID: @escaping @Sendable () -> String) { self.makeID = makeID }

  init() { self.init { "call_" + RequestID.make() } }

  /// Takes a piece of text and gives what of it is certainly none of a call; calls go to `calls`.
  package mutating func append(_ text: String) -> String {
    // What was held before has no mark in it: one may only begin in its last bytes, before the new piece.
    var looked = max(0, held.utf8.count - Self.closing.utf8.count)
    held += text
    var plain = ""
    while true {
      let mark = isInside ? Self.closing : Self.opening
      let start = held.utf8.index(held.startIndex, offsetBy: looked).samePosition(in: held.unicodeScalars)
      guard let range = held.range(of: mark, range: (start ?? held.startIndex)..<held.endIndex) else { break }
      if isInside { plain += close(held[..<range.lowerBound]) } else { plain += held[..<range.lowerBound] }
      held = String(held[range.upperBound...])
      isInside.toggle()
      looked = 0
    }
    if isInside { return plain }
    let kept = Self.overlap(held, Self.opening)
    plain += held.dropLast(kept)
    held = String(held.suffix(kept))
    return plain
  }

  /// What is left when the text ends.
  package mutating func finish() -> String {
    defer { (held, isInside) = ("", false) }
    guard isInside else { return held }
    // Models may end without the mark. What then is no call has none either.
    let text = close(held[...])
    return text.isEmpty ? "" : Self.opening + held
  }

  /// How many characters at the end of a text may be the beginning of a mark.
  private static func overlap(_ text: String, _ mark: String) -> Int {
    for count in stride(from: min(text.count, mark.count - 1), to: 0, by: -1) where mark.hasPrefix(text.suffix(count)) {
      return count
    }
    return 0
  }

  /// Takes what stood between the marks for a call, or gives it back as text.
  private mutating func close(_ inside: Substring) -> String {
    guard let value = try? JSON(inside.utf8), case .text(let name)? = value["name"],
      case let arguments? = value["arguments"] ?? value["parameters"]
    else { return Self.opening + inside + Self.closing }
    let text: String
    if case .text(let written) = arguments {
      text = written
    } else {
      text = String(decoding: arguments.bytes, as: UTF8.self)
    }
    calls.append(ToolCall(id: makeID(), name: name, arguments: text))
    return ""
  }
}
