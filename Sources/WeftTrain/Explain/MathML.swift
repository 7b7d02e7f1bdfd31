/// A formula of one line, `0.5 · x / (1 + exp(-x))`, set as mathematics: fractions with a bar, roots under theirs,
/// exponents raised. What does not parse as a formula is set sign by sign.
package struct MathML {
  package let text: String

  package init(_ formula: String) {
    guard !formula.isEmpty else {
      text = ""
      return
    }
    let signs = Self.signs(of: formula)
    var parser = MathParser(signs)
    let content = parser.whole() ?? signs.map(\.markup).joined()
    text = "<math display=\"block\"><mrow>\(content)</mrow></math>"
  }

  /// A number, a name or an operator.
  enum Sign: Equatable {
    case number(String)
    case name(String)
    case symbol(Character)

    var markup: String {
      switch self {
      case .number(let text): "<mn>\(text)</mn>"
      case .name(let text): MathML.name(text)
      case .symbol(let symbol): "<mo>\(symbol == "<" ? "&lt;" : symbol == ">" ? "&gt;" : "\(symbol)")</mo>"
      }
    }
  }

  private static func signs(of text: String) -> [Sign] {
    var signs: [Sign] = []
    var rest = text[...]
    while let next = rest.first {
      if next.isWhitespace {
        rest.removeFirst()
      } else if next.isWholeNumber, next.isASCII {
        let number = rest.prefix { $0.isASCII && ($0.isWholeNumber || $0 == ".") || $0 == "e" }
        signs.append(.number(String(number)))
        rest = rest[number.endIndex...]
      } else if next.isLetter && !"ΣΠ".contains(next) || next == "∂" {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "∂" || indices.keys.contains($0) }
        signs.append(.name(String(name)))
        rest = rest[name.endIndex...]
      } else {
        signs.append(.symbol(next))
        rest.removeFirst()
      }
    }
    return signs
  }

  private static let indices: [Character: Character] = [
    "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9", "ᵢ": "i",
    "ⱼ": "j", "ₖ": "k", "ₙ": "n", "ₒ": "o", "ₚ": "p",
  ]
  private static let exponents: [Character: Character] = ["ᵀ": "T", "²": "2", "³": "3", "ⁿ": "n", "ˣ": "x"]

  /// A name with its index and exponent.
  static func name(_ text: String) -> String {
    let base = text.filter { indices[$0] == nil && exponents[$0] == nil }
    let below = String(text.compactMap { indices[$0] })
    let above = String(text.compactMap { exponents[$0] })
    var markup = "<mi>\(base)</mi>"
    if !below.isEmpty { markup = "<msub>\(markup)<mi>\(below)</mi></msub>" }
    if !above.isEmpty { markup = "<msup>\(markup)<mi>\(above)</mi></msup>" }
    return markup
  }
}

/// Reads a formula by the bindings of its operators.
struct MathParser {
  private let signs: [MathML.Sign]
  private var place = 0
  /// Formulas nest as deep as somebody wrote them.
  private var depth = 0

  init(_ signs: [MathML.Sign]) { self.signs = signs }

  /// The markup of the whole; nil where it is no formula.
  mutating func whole() -> String? {
    guard let first = expression(0) else { return nil }
    return place == signs.count ? first : nil
  }

  private var next: Character? {
    if place < signs.count, case .symbol(let symbol) = signs[place] { symbol } else { nil }
  }

  private static let bindings: [Character: Int] = [
    "=": 1, "≠": 1, "<": 1, ">": 1, "≤": 1, "≥": 1, ",": 0, "+": 2, "-": 2, "·": 3, "⋆": 3, "×": 3, "/": 3,
  ]

  private mutating func expression(_ least: Int) -> String? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200, var left = prefix() else { return nil }
    while let symbol = next, let binding = Self.bindings[symbol], binding >= least {
      place += 1
      guard let right = expression(binding + 1) else { return nil }
      left =
        symbol == "/"
        ? "<mfrac><mrow>\(left)</mrow><mrow>\(right)</mrow></mfrac>"
        : left + MathML.Sign.symbol(symbol).markup + right
    }
    return left
  }

  private mutating func prefix() -> String? {
    guard next == "-" else { return operand() }
    place += 1
    return expression(3).map { "<mo>-</mo>\($0)" }
  }

  private mutating func operand() -> String? {
    guard place < signs.count else { return nil }
    switch signs[place] {
    case .number,
      .name(_) where !isCall:
      place += 1
      return signs[place - 1].markup
    case .name(let name):
      place += 2
      guard let argument = expression(0), close() else { return nil }
      switch name {
      case "sqrt": return "<msqrt>\(argument)</msqrt>"
      case "exp": return "<msup><mi>e</mi><mrow>\(argument)</mrow></msup>"
      case "abs": return "<mo>|</mo>\(argument)<mo>|</mo>"
      default: return "\(MathML.name(name))<mo>(</mo>\(argument)<mo>)</mo>"
      }
    case .symbol("("):
      place += 1
      guard let inner = expression(0), close() else { return nil }
      // A bar groups what stands above and below it.
      return "<mrow><mo>(</mo>\(inner)<mo>)</mo></mrow>"
    case .symbol("Σ"), .symbol("Π"):
      place += 1
      guard let inner = operand() else { return nil }
      return "\(signs[place - 1] == .symbol("Π") ? "<mo>Π</mo>" : "<mo>Σ</mo>")\(inner)"
    default: return nil
    }
  }

  /// Whether a name is followed by its arguments.
  private var isCall: Bool { place + 1 < signs.count && signs[place + 1] == .symbol("(") }

  private mutating func close() -> Bool {
    guard next == ")" else { return false }
    place += 1
    return true
  }
}
