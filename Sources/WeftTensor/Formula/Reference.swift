/// Evaluates a formula element by element in Double: the oracle that the tile engine is tested against.
package struct FormulaReference {
  package let formula: Formula
  package let parameters: [Double]

  package init(formula: Formula, parameters: [Double] = []) {
    self.formula = formula
    self.parameters = parameters
  }

  /// The outputs over one row, given each input's values over that row.
  package func row(_ inputs: [[Double]], length: Int) -> [[Double]] {
    var values: [[Double]] = []
    for step in formula.steps {
      switch step.kind {
      case .input(let index): values.append(inputs[index])
      case .parameter(let index): values.append(Array(repeating: parameters[index], count: length))
      case .constant(let value): values.append(Array(repeating: value, count: length))
      case .position: values.append((0..<length).map(Double.init))
      case .rowLength: values.append(Array(repeating: Double(length), count: length))
      case .detached: values.append(values[step.operands[0]])
      case .operation(let operation):
        values.append(Self.apply(operation, step.operands.map { values[$0] }, length))
      }
    }
    return formula.outputs.map { values[$0] }
  }

  private static func apply(_ operation: Instruction, _ x: [[Double]], _ length: Int) -> [Double] {
    if operation.isRowReduction { return Array(repeating: scalar(operation, x[0]), count: length) }
    let value = operation.row.value
    return (0..<length).map { i in value(x.map { $0[i] }) }
  }

  /// One instruction on one element; a reduction on the row's.
  package static func scalar(_ operation: Instruction, _ x: [Double]) -> Double { operation.row.value(x) }
}
