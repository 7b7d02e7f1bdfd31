import WeftTensor

/// Writes formulas: one node, or a few, for each of their steps.
struct FormulaWriter {
  /// The rows that a row-wise formula goes along.
  struct Row {
    /// The axis, counted from the end.
    let axis: Int
    /// The number of elements in each recording.
    let lengths: [Int]
  }

  let graph: GraphWriter
  let formula: Formula
  let parameters: [Double]
  /// The type that it computes in.
  let compute: DType
  let row: Row?
  private let inputs: [GraphValue]
  private var values: [GraphValue] = []

  /// The formula's results for an operation's inputs, in the type that it computes in or bool.
  static func write(
    _ step: ExportStep, _ formula: Formula, _ parameters: [Double], axis: Int?
  ) throws -> [GraphValue] {
    let common = step.inputs.dropFirst().reduce(step.inputs[0].shapes) { $0.broadcast(with: $1.shapes) }
    let rank = common[0].count
    let row = axis.map { axis -> Row in
      let last = axis < 0 ? axis : axis - rank
      return Row(axis: last, lengths: common.map { $0[rank + last] })
    }
    var writer = FormulaWriter(
      graph: step.graph, formula: formula, parameters: parameters,
      compute: computeType(step.inputSpecs, step.outputs), row: row, inputs: step.inputs)
    return try writer.run()
  }

  private init(
    graph: GraphWriter, formula: Formula, parameters: [Double], compute: DType, row: Row?, inputs: [GraphValue]
  ) {
    (self.graph, self.formula, self.parameters, self.compute) = (graph, formula, parameters, compute)
    (self.row, self.inputs) = (row, inputs)
  }

  /// The type that the backend computes such a formula in.
  private static func computeType(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> DType {
    if outputs.contains(where: { $0.dtype == .float64 }) { return .float64 }
    let operands = inputs.isEmpty ? outputs[0].dtype : DType.promoted(inputs)
    if operands == .float64 { return .float64 }
    let isIntegral = outputs.allSatisfy { !$0.dtype.isFloatingPoint } && !operands.isFloatingPoint
    return !isIntegral ? .float32 : operands == .uint64 ? .uint64 : .int64
  }

  private mutating func run() throws -> [GraphValue] {
    for step in formula.steps { values.append(try value(of: step)) }
    return formula.outputs.map { values[$0] }
  }

  private func value(of step: Formula.Step) throws -> GraphValue {
    switch step.kind {
    case .input(let place): inputs[place]
    case .parameter(let place): graph.scalar(parameters[place], compute)
    case .constant(let value): graph.scalar(value, compute)
    case .detached: values[step.operands[0]]
    case .rowLength: try rowLength()
    case .position: try position()
    case .operation(let instruction): try value(of: instruction, step.operands)
    }
  }

  /// A step as a number.
  func number(_ place: Int) -> GraphValue { graph.cast(values[place], to: compute) }

  /// A step as a condition.
  func truth(_ place: Int) -> GraphValue {
    let value = values[place]
    if value.dtype == .bool { return value }
    return not(node("Equal", [number(place), zero], as: .bool))
  }

  /// Whether a step is a constant of this value.
  func isConstant(_ place: Int, _ value: Double) -> Bool { formula.steps[place].kind == .constant(value) }

  /// Whether a step is a condition already.
  func isTruth(_ place: Int) -> Bool { values[place].dtype == .bool }

  var zero: GraphValue { graph.scalar(0, compute) }

  func node(_ name: String, _ inputs: [GraphValue], _ attributes: GraphAttributes = [:], as dtype: DType? = nil)
    -> GraphValue
  {
    graph.emit(name, inputs, attributes, as: dtype)
  }

  func not(_ value: GraphValue) -> GraphValue { node("Not", [value]) }
}

// Rows.
extension FormulaWriter {
  private func rowLength() throws -> GraphValue {
    guard let row else { throw ExportObstacle("a formula without rows that asks for their length") }
    if row.lengths.allSatisfy({ $0 == row.lengths[0] }) { return graph.scalar(Double(row.lengths[0]), compute) }
    return graph.cast(try graph.size(row.lengths, near: inputs), to: compute)
  }

  /// The places in a row, along its axis.
  private func position() throws -> GraphValue {
    guard let row else { throw ExportObstacle("a formula without rows that asks for the place in them") }
    let line: GraphValue
    if row.lengths.allSatisfy({ $0 == row.lengths[0] }) {
      line = graph.constant(Tensor(arange: row.lengths[0]).converted(to: compute))
    } else {
      line = graph.cast(try graph.range(row.lengths, near: inputs), to: compute)
    }
    return graph.unsqueeze(line, Array(1..<(-row.axis)))
  }

  /// A reduction along the row; a value that is the same throughout it counts as often as the row is long.
  func reduced(_ instruction: Instruction, _ place: Int) throws -> GraphValue {
    guard let row else { throw ExportObstacle("a formula without rows that reduces them") }
    let value = number(place)
    guard value.sizes(of: row.axis) == row.lengths else {
      switch instruction {
      case .rowSum: return node("Mul", [value, try rowLength()])
      case .rowProduct: return node("Pow", [value, try rowLength()])
      default: return value
      }
    }
    let axes = [value.rank + row.axis]
    return switch instruction {
    case .rowSum: graph.sum(value, axes, keepDims: true)
    case .rowProduct: graph.reduce("ReduceProd", value, axes, keepDims: true)
    case .rowMaximum: graph.reduce("ReduceMax", value, axes, keepDims: true)
    default: graph.reduce("ReduceMin", value, axes, keepDims: true)
    }
  }
}

extension GraphWriter {
  /// The integers from 0 below a size that moves.
  func range(_ sizes: [Int], near values: [GraphValue]) throws -> GraphValue {
    let end = squeeze(try size(sizes, near: values), [0])
    return emit(
      "Range", [scalar(0, .int64), end, scalar(1, .int64)], as: .int64, shapes: sizes.map { [$0] })
  }
}
