// A formula as people write it: `0.5 · x · erfc(-0.707107 · x)`. Inputs are x, y, z, or x₀, x₁, … where there are more;
// parameters p, q, or p₀, p₁, …

extension Formula: CustomStringConvertible {
  public var description: String {
    let results = FormulaText(self, names: inputNames).outputs
    return results.count == 1 ? results[0] : "(\(results.joined(separator: ", ")))"
  }

  private var inputNames: [String] {
    (0..<inputCount).map { FormulaText.name($0, of: inputCount, among: "xyz") }
  }

  /// The gradient of each input, in terms of the inputs, the result r and its gradient g; nil for one that is always 0.
  ///
  /// - Parameter onePerRow: As for `gradient(needs:onePerRow:)`.
  package func gradientTexts(onePerRow: Bool) -> [String?] {
    let gradient = gradient(needs: Array(repeating: true, count: inputCount), onePerRow: onePerRow)
    guard let formula = gradient.formula else { return gradient.outputs.map { _ in nil } }
    let texts = FormulaText(
      formula,
      names: gradient.sources.map { source in
        switch source {
        case .gradient(let index): FormulaText.name(index, of: outputCount, among: "g")
        case .input(let index): inputNames[index]
        case .output(let index): FormulaText.name(index, of: outputCount, among: "r")
        }
      })
    return gradient.outputs.map { place in place.map { texts.outputs[$0] } }
  }
}

/// Writes a formula with given names for its inputs.
private struct FormulaText {
  private let formula: Formula
  private let names: [String]

  init(_ formula: Formula, names: [String]) { (self.formula, self.names) = (formula, names) }

  var outputs: [String] { formula.outputs.map { text(of: $0).text } }

  /// How tightly what stands in a text holds together: a text of a looser kind gets parentheses.
  private enum Binding: Int { case comparison, sum, product, tight }

  private func text(of index: Int) -> (text: String, binding: Binding) {
    let step = formula.steps[index]
    switch step.kind {
    case .input(let input): return (names[input], .tight)
    case .parameter(let parameter): return (Self.name(parameter, of: formula.parameterCount, among: "pq"), .tight)
    case .constant(let value): return (Self.number(value), value < 0 ? .sum : .tight)
    case .position: return ("i", .tight)
    case .rowLength: return ("n", .tight)
    case .detached: return text(of: step.operands[0])
    case .operation(let instruction): return text(of: instruction, step.operands)
    }
  }

  private func text(of instruction: Instruction, _ operands: [Int]) -> (text: String, binding: Binding) {
    if let (symbol, binding) = Self.symbol(instruction) {
      let (left, right) = (part(operands[0], binding), part(operands[1], binding, isRight: true))
      return ("\(left) \(symbol) \(right)", binding)
    }
    switch instruction {
    case .copy: return text(of: operands[0])
    case .negate: return ("-\(part(operands[0], .product))", .sum)
    case .reciprocal: return ("1 / \(part(operands[0], .product, isRight: true))", .product)
    case .multiplyAdd:
      return ("\(part(operands[0], .product)) · \(part(operands[1], .product)) + \(part(operands[2], .sum))", .sum)
    default:
      let list = operands.map { text(of: $0).text }.joined(separator: ", ")
      return ("\(Self.functionName(instruction))(\(list))", .tight)
    }
  }

  /// An operand of an operator, in parentheses where it needs them.
  private func part(_ index: Int, _ binding: Binding, isRight: Bool = false) -> String {
    let (text, own) = text(of: index)
    let fits = isRight ? own.rawValue > binding.rawValue : own.rawValue >= binding.rawValue
    return fits ? text : "(\(text))"
  }

  private static func symbol(_ instruction: Instruction) -> (String, Binding)? {
    switch instruction {
    case .add: ("+", .sum)
    case .subtract: ("-", .sum)
    case .multiply: ("·", .product)
    case .divide: ("/", .product)
    case .equal: ("=", .comparison)
    case .notEqual: ("≠", .comparison)
    case .less: ("<", .comparison)
    case .lessEqual: ("≤", .comparison)
    case .greater: (">", .comparison)
    case .greaterEqual: ("≥", .comparison)
    default: nil
    }
  }

  private static func functionName(_ instruction: Instruction) -> String {
    switch instruction {
    case .rowSum: "Σ"
    case .rowProduct: "Π"
    case .rowMaximum, .maximum: "max"
    case .rowMinimum, .minimum: "min"
    case .sigmoid: "σ"
    case .select: "select"
    default: "\(instruction)"
    }
  }

  static func name(_ index: Int, of count: Int, among letters: String) -> String {
    if count <= letters.count { return String(Array(letters)[index]) }
    return letters.prefix(1) + Self.subscripted(index)
  }

  private static func subscripted(_ number: Int) -> String {
    String("\(number)".compactMap { digit in digit.wholeNumberValue.map { Array("₀₁₂₃₄₅₆₇₈₉")[$0] } })
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
