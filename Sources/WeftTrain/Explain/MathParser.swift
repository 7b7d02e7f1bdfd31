/// Reads a formula by the bindings of its operators; words part it.
struct MathParser {
  private let signs: [MathSign]
  private var place = 0
  /// Formulas nest as deep as somebody wrote them.
  private var depth = 0

  init(_ signs: [MathSign]) { self.signs = signs }

  /// The markup of the whole; nil where brackets do not match or stand too deep.
  mutating func whole() -> String? {
    guard let all = sequence() else { return nil }
    return place == signs.count ? all : nil
  }

  private var next: Character? {
    if place < signs.count, case .symbol(let symbol) = signs[place] { symbol } else { nil }
  }

  private static let closing: Set<Character> = [")", "]"]
  private static let bindings: [Character: Int] = [
    "=": 1, "≠": 1, "<": 1, ">": 1, "≤": 1, "≥": 1, "+": 2, "-": 2, "±": 2, "∓": 2, "·": 3, "⋆": 3, "×": 3, "∘": 3,
    "/": 3,
  ]

  /// Formulas, commas and words one after another, up to the bracket that closes.
  ///
  /// - Parameter isArgument: Whether a comma ends it too.
  private mutating func sequence(isArgument: Bool = false) -> String? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { return nil }
    var markup = ""
    while place < signs.count {
      if let next, Self.closing.contains(next) { break }
      if case .word = signs[place] {
        markup += signs[place].markup
        place += 1
      } else if next == "," {
        if isArgument { break }
        markup += "<mo>,</mo>"
        place += 1
      } else {
        guard let part = expression(1) else { return nil }
        markup += part
      }
    }
    return markup
  }

  private mutating func expression(_ least: Int) -> String? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100, var left = prefix() else { return nil }
    while let symbol = next, let binding = Self.bindings[symbol], binding >= least {
      place += 1
      guard isOperandNext else {
        left += MathSign.symbol(symbol).markup
        continue
      }
      guard let right = expression(binding + 1) else { return nil }
      left =
        symbol == "/"
        ? "<mfrac><mrow>\(left)</mrow><mrow>\(right)</mrow></mfrac>"
        : left + MathSign.symbol(symbol).markup + right
    }
    return left
  }

  /// Whether something follows that an operator acts on, and no word, comma, closing bracket or end.
  private var isOperandNext: Bool {
    guard place < signs.count else { return false }
    switch signs[place] {
    case .word: return false
    case .symbol(let symbol): return symbol != "," && !Self.closing.contains(symbol)
    case .number, .name: return true
    }
  }

  private mutating func prefix() -> String? {
    guard let sign = next, Self.bindings[sign] != nil else { return product() }
    place += 1
    guard isOperandNext, let rest = expression(3) else { return MathSign.symbol(sign).markup }
    return MathSign.symbol(sign).markup + rest
  }

  /// Operands without a sign between them: `2πi`, `log det x`.
  private mutating func product() -> String? {
    guard var left = operand() else { return nil }
    while isOperandNext, next.map({ Self.bindings[$0] == nil }) ?? true {
      let isApplied = if case .name(let name) = signs[place - 1] { name.count > 1 } else { false }
      guard let right = operand() else { return nil }
      left += (isApplied ? "<mspace width=\"0.2em\"></mspace>" : "") + right
    }
    return left
  }

  /// A number, a name, a function with its arguments or something in brackets, with what is written at it.
  private mutating func operand() -> String? {
    guard var markup = primary() else { return nil }
    while let symbol = next {
      if symbol == "[" {
        place += 1
        guard let inner = sequence(), close("]") else { return nil }
        markup += "<mo>[</mo>\(inner)<mo>]</mo>"
      } else if MathSign.isMark(symbol) {
        markup = marked("<mrow>\(markup)</mrow>")
      } else if symbol == "^" {
        place += 1
        guard let above = primary() else { return nil }
        markup = "<msup><mrow>\(markup)</mrow><mrow>\(above)</mrow></msup>"
      } else {
        break
      }
    }
    return markup
  }

  private mutating func primary() -> String? {
    guard place < signs.count else { return nil }
    let sign = signs[place]
    place += 1
    switch sign {
    case .name(let name) where next == "(": return call(name)
    case .number, .name, .word: return sign.markup
    case .symbol("√") where next == "(":
      place += 1
      return sequence().flatMap { close(")") ? "<msqrt>\($0)</msqrt>" : nil }
    case .symbol("("):
      // A bar groups what stands above and below it.
      return sequence().flatMap { close(")") ? "<mrow><mo>(</mo>\($0)<mo>)</mo></mrow>" : nil }
    case .symbol("["): return sequence().flatMap { close("]") ? "<mrow><mo>[</mo>\($0)<mo>]</mo></mrow>" : nil }
    case .symbol("Σ"), .symbol("Π"):
      let sum = marked(sign.markup)
      return isOperandNext ? operand().map { sum + $0 } : sum
    case .symbol(let symbol): return Self.closing.contains(symbol) ? nil : sign.markup
    }
  }

  /// With the indices and exponents that follow.
  private mutating func marked(_ markup: String) -> String {
    var marks = ""
    while let mark = next, MathSign.isMark(mark) {
      marks.append(mark)
      place += 1
    }
    return MathSign.marked(markup, by: marks)
  }

  private mutating func call(_ name: String) -> String? {
    place += 1
    if name == "select" { return choice() }
    guard let argument = sequence(), close(")") else { return nil }
    switch name {
    case "sqrt": return "<msqrt>\(argument)</msqrt>"
    case "exp": return "<msup><mi>e</mi><mrow>\(argument)</mrow></msup>"
    case "abs": return "<mo>|</mo>\(argument)<mo>|</mo>"
    default: return "\(MathSign.name(name))<mo>(</mo>\(argument)<mo>)</mo>"
    }
  }

  /// `select(condition, a, b)` as two cases behind a brace.
  private mutating func choice() -> String? {
    guard let condition = sequence(isArgument: true), close(","), let first = sequence(isArgument: true), close(","),
      let second = sequence(isArgument: true), close(")")
    else { return nil }
    func row(_ value: String, _ when: String) -> String { "<mtr><mtd>\(value)</mtd><mtd>\(when)</mtd></mtr>" }
    let rows = row(first, "<mtext>if\u{a0}</mtext>\(condition)") + row(second, "<mtext>else</mtext>")
    return "<mrow><mo>{</mo><mtable>\(rows)</mtable></mrow>"
  }

  private mutating func close(_ bracket: Character) -> Bool {
    guard next == bracket else { return false }
    place += 1
    return true
  }
}
