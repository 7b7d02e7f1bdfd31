// A formula as people write it: `0.5 · x · erfc(-0.707107 · x)`. Inputs are x, y, z, or x₀, x₁, … where there are more;
// parameters p, q, or p₀, p₁, …

extension Formula: CustomStringConvertible {
  public var description: String {
    let results = FormulaText(self, names: letters).outputs
    return results.count == 1 ? results[0] : "(\(results.joined(separator: ", ")))"
  }

  /// What the inputs are called.
  package var letters: [String] {
    (0..<inputCount).map { FormulaText.name($0, of: inputCount, among: "xyz") }
  }

  /// The outputs, with the inputs called as said and numbers for the parameters.
  package func texts(inputs: [String], parameters: [Double]) -> [String] {
    FormulaText(self, names: inputs, parameters: parameters).outputs
  }

  /// The gradient of each input, in terms of the inputs, the result and its gradient, all called as said (several results
  /// with their numbers); nil for one that is always 0.
  ///
  /// - Parameter onePerRow: As for `gradient(needs:onePerRow:)`.
  package func gradientTexts(
    onePerRow: Bool, inputs: [String], result: String, gradient letter: String, parameters: [Double]
  ) -> [String?] {
    let gradient = gradient(needs: Array(repeating: true, count: inputCount), onePerRow: onePerRow)
    guard let formula = gradient.formula else { return gradient.outputs.map { _ in nil } }
    let names = gradient.sources.map { source in
      switch source {
      case .gradient(let index): FormulaText.name(index, of: outputCount, called: letter)
      case .input(let index): inputs[index]
      case .output(let index): FormulaText.name(index, of: outputCount, called: result)
      }
    }
    let texts = FormulaText(formula, names: names, parameters: parameters).outputs
    return gradient.outputs.map { place in place.map { texts[$0] } }
  }
}

/// Writes a formula with given names for its inputs, and for its parameters letters or numbers.
private struct FormulaText {
  private let formula: Formula
  private let names: [String]
  private let parameters: [Double]

  init(_ formula: Formula, names: [String], parameters: [Double] = []) {
    (self.formula, self.names, self.parameters) = (formula, names, parameters)
  }

  var outputs: [String] { formula.outputs.map { text(of: $0).text } }

  /// How tightly what stands in a text holds together: a text of a looser kind gets parentheses.
  private enum Binding: Int { case comparison, sum, product, tight }

  private func text(of index: Int) -> (text: String, binding: Binding) {
    let step = formula.steps[index]
    switch step.kind {
    case .input(let input): return (names[input], names[input].hasPrefix("-") ? .sum : .tight)
    case .parameter(let parameter) where parameter < parameters.count: return Self.constant(parameters[parameter])
    case .parameter(let parameter): return (Self.name(parameter, of: formula.parameterCount, among: "pq"), .tight)
    case .constant(let value): return Self.constant(value)
    case .position: return ("i", .tight)
    case .rowLength: return ("n", .tight)
    case .detached: return text(of: step.operands[0])
    case .operation(let instruction): return text(of: instruction, step.operands)
    }
  }

  private func text(of instruction: Instruction, _ operands: [Int]) -> (text: String, binding: Binding) {
    if let (symbol, binding) = Self.symbol(instruction) {
      let (left, right) = (part(operands[0], binding), part(operands[1], binding, isRight: true))
      if symbol == "+", left == right { return ("2 · \(left)", .product) }
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

  /// One of `count` of the same letter, with its number where there are several.
  static func name(_ index: Int, of count: Int, called letter: String) -> String {
    count == 1 ? letter : letter + subscripted(index)
  }

  private static func constant(_ value: Double) -> (text: String, binding: Binding) {
    (number(value), value < 0 ? .sum : .tight)
  }

  private static func subscripted(_ number: Int) -> String {
    String("\(number)".compactMap { digit in digit.wholeNumberValue.map { Array("₀₁₂₃₄₅₆₇₈₉")[$0] } })
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
