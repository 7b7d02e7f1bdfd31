/// A formula of one line, `0.5 · x / (1 + exp(-x))`, set as mathematics: fractions with a bar, roots under theirs,
/// exponents raised, indices lowered, and the words between formulas (`g where x > 0, else 0`) as words.
package struct MathML {
  package let text: String

  package init(_ formula: String) {
    guard !formula.isEmpty else {
      text = ""
      return
    }
    let signs = MathSign.signs(of: formula)
    var parser = MathParser(signs)
    let content = parser.whole() ?? signs.map(\.markup).joined()
    text = "<math display=\"block\"><mrow>\(content)</mrow></math>"
  }

  /// Whether a text is a formula whose brackets match.
  package static func isRead(_ formula: String) -> Bool {
    var parser = MathParser(MathSign.signs(of: formula))
    return parser.whole() != nil
  }
}
