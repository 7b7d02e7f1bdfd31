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
    switch operation {
    case .rowSum: Array(repeating: x[0].reduce(0, +), count: length)
    case .rowProduct: Array(repeating: x[0].reduce(1, *), count: length)
    case .rowMaximum: Array(repeating: x[0].reduce(-.infinity) { larger($0, $1) }, count: length)
    case .rowMinimum: Array(repeating: x[0].reduce(.infinity) { smaller($0, $1) }, count: length)
    default: (0..<length).map { i in scalar(operation, x.map { $0[i] }) }
    }
  }

  private static func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : Swift.max(a, b) }
  private static func smaller(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : Swift.min(a, b) }

  /// One instruction on one element.
  package static func scalar(_ operation: Instruction, _ x: [Double]) -> Double {
    if x.count == 1 { return ScalarFunctions.unary(operation, x[0]) }
    if operation == .select { return x[0] != 0 ? x[1] : x[2] }
    if operation == .multiplyAdd { return x[0] * x[1] + x[2] }
    return ScalarFunctions.binary(operation, x[0], x[1])
  }
}
