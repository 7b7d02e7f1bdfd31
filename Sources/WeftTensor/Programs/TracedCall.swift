// What an operation that was looked at does, in words.

extension Tracer.Call {
  package var name: String { type(of: operation).name }

  /// The result as a formula of the inputs, with the numbers that it is set with; empty where none is written down.
  package var equation: String {
    guard let letters, isOfElements else { return type(of: operation).equation }
    let texts = elementTexts(letters)
    return texts.count == 1 ? texts[0] : "(\(texts.joined(separator: ", ")))"
  }

  /// The attributes that are not what they usually are, as `axis: 1`.
  package var attributes: [String] { Program.attributes(of: operation) }

  /// The inputs' names.
  package var inputNames: [String] {
    let operands = type(of: operation).operands
    return inputs.indices.map { operands.name(at: $0) }
  }

  /// Whether it is one formula of the elements of its inputs, and of these alone.
  package var isOfElements: Bool {
    operation is any ElementwiseOperation || (operation as? FormulaMap).map { $0.axis == nil } ?? false
  }

  /// What the formula calls the inputs, `x`, `y`; nil for an operation that is none.
  package var letters: [String]? { formula?.formula.letters }

  /// The results of a formula, its inputs called as said (by numbers, say); empty for other operations.
  package func elementTexts(_ inputs: [String]) -> [String] {
    formula.map { $0.formula.texts(inputs: inputs, parameters: $0.parameters) } ?? []
  }

  /// Each input's gradient as a formula of the inputs, the result and its gradient, all called as said, where the operation
  /// is one formula; nil for an input that gets none.
  package func gradientTexts(inputs: [String], result: String, gradient: String) -> [String?]? {
    formula.map {
      $0.formula.gradientTexts(
        onePerRow: $0.reducesRow, inputs: inputs, result: result, gradient: gradient, parameters: $0.parameters)
    }
  }

  private var formula: (formula: Formula, parameters: [Double], reducesRow: Bool)? {
    if let operation = operation as? any ElementwiseOperation {
      return (type(of: operation).formula, operation.parameters, false)
    }
    if let operation = operation as? any RowOperation {
      return (type(of: operation).formula, operation.parameters, type(of: operation).reducesRow)
    }
    return (operation as? FormulaMap).map { ($0.formula, $0.parameters, false) }
  }
}
