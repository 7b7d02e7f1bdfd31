/// A number, a name, a word or an operator.
enum MathSign: Equatable {
  case number(String)
  case name(String)
  /// Words of a sentence.
  case word(String)
  case symbol(Character)

  var markup: String {
    switch self {
    case .number(let text): "<mn>\(text)</mn>"
    case .name(let text): Self.name(text)
    // Spaces at the ends of a text would be dropped.
    case .word(let text): "<mtext>\u{a0}\(text)\u{a0}</mtext>"
    case .symbol(let symbol):
      "<mo>\(symbol == "<" ? "&lt;" : symbol == ">" ? "&gt;" : symbol == "&" ? "&amp;" : "\(symbol)")</mo>"
    }
  }

  static func signs(of text: String) -> [MathSign] {
    var signs: [MathSign] = []
    var rest = text[...]
    while let next = rest.first {
      if next.isWhitespace {
        rest.removeFirst()
      } else if next.isWholeNumber, next.isASCII {
        signs.append(.number(Self.number(&rest)))
      } else if isLetter(next) || next == "∂" {
        let name = rest.prefix { isLetter($0) || $0.isNumber || $0 == "∂" || $0 == "_" || isMark($0) }
        rest = rest[name.endIndex...]
        if !isWord(name, before: rest) {
          signs.append(.name(String(name)))
        } else if case .word(let before)? = signs.last {
          signs[signs.count - 1] = .word("\(before) \(name)")
        } else {
          signs.append(.word(String(name)))
        }
      } else {
        signs.append(.symbol(next))
        rest.removeFirst()
      }
    }
    return signs
  }

  /// `2`, `0.5`, `1e-05`.
  private static func number(_ rest: inout Substring) -> String {
    var number = ""
    while let next = rest.first {
      let isSign = "+-".contains(next) && number.last == "e"
      guard next.isASCII, next.isWholeNumber || next == "." || next == "e" || isSign else { break }
      number.append(next)
      rest.removeFirst()
    }
    return number
  }

  private static func isLetter(_ character: Character) -> Bool {
    character.isLetter && !"ΣΠ".contains(character) && exponents[character] == nil && indices[character] == nil
  }

  /// Whether it lowers or raises: `₁`, `ᵀ`.
  static func isMark(_ character: Character) -> Bool {
    indices[character] != nil || exponents[character] != nil
  }

  /// What is called with arguments is a function, and an `a` that no word follows a matrix.
  private static func isWord(_ name: Substring, before rest: Substring) -> Bool {
    guard words.contains(String(name)), rest.first != "(", rest.first != "[" else { return false }
    return name != "a" || rest.drop(while: \.isWhitespace).first.map { $0.isLetter } ?? false
  }

  /// What is said between formulas.
  private static let words: Set<String> = [
    "a", "added", "all", "along", "an", "and", "another", "are", "as", "at", "axes", "axis", "back", "become", "beyond",
    "but", "by", "came", "class", "codes", "each", "element", "else", "elsewhere", "ends", "every", "first", "folded",
    "for", "formula", "from", "gets", "given", "has", "holds", "in", "input", "inputs", "into", "is", "it", "its",
    "kept", "largest", "least", "lower", "mirrored", "no", "none", "not", "of", "off", "on", "one", "only", "or",
    "order", "other", "others", "out", "over", "own", "part", "parts", "path", "paths", "piece", "pieces", "place",
    "places", "positions", "put", "reached", "read", "repeated", "result", "rounded", "row", "rows", "same", "says",
    "scaled", "shape", "shared", "shown", "shows", "size", "slice", "slices", "smaller", "sorted", "still", "such",
    "taken", "that", "the", "their", "then", "these", "they", "through", "to", "type", "under", "upper", "values",
    "was", "weighted", "where", "which", "whose", "window", "windows", "with", "within", "without", "zeros",
  ]

  private static let indices: [Character: Character] = [
    "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9", "ᵢ": "i",
    "ⱼ": "j", "ₖ": "k", "ₙ": "n", "ₒ": "o", "ₚ": "p", "ₜ": "t", "ₗ": "l", "ₘ": "m", "ₛ": "s", "ₕ": "h", "ₓ": "x",
    "ᵣ": "r", "꜀": "c", "₊": "+", "₋": "-",
  ]
  private static let exponents: [Character: Character] = [
    "ᵀ": "T", "¹": "1", "²": "2", "³": "3", "ⁿ": "n", "ˣ": "x", "ᵖ": "p", "⁻": "-",
  ]

  /// A name with its index and exponent; what stands behind `_` is an index as well.
  static func name(_ text: String) -> String {
    let parts = text.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let plain = parts.map { part in part.filter { !isMark($0) } }
    let inner = plain.count > 1 ? "<msub><mi>\(plain[0])</mi><mi>\(plain[1])</mi></msub>" : "<mi>\(plain[0])</mi>"
    return marked(inner, by: text)
  }

  /// Something with the indices and exponents among the characters of a text.
  static func marked(_ markup: String, by text: String) -> String {
    let (below, above) = (String(text.compactMap { indices[$0] }), String(text.compactMap { exponents[$0] }))
    return switch (below.isEmpty, above.isEmpty) {
    case (true, true): markup
    case (false, true): "<msub>\(markup)<mi>\(below)</mi></msub>"
    case (true, false): "<msup>\(markup)<mi>\(above)</mi></msup>"
    case (false, false): "<msubsup>\(markup)<mi>\(below)</mi><mi>\(above)</mi></msubsup>"
    }
  }
}
