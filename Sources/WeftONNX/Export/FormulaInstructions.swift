import WeftTensor

extension FormulaWriter {
  /// One instruction of a formula.
  func value(of instruction: Instruction, _ operands: [Int]) throws -> GraphValue {
    if instruction.isRowReduction { return try reduced(instruction, operands[0]) }
    if let name = Self.nodes[instruction] { return node(name, operands.map(number)) }
    if let name = Self.comparisons[instruction] { return comparison(instruction, name, operands) }
    switch instruction {
    case .copy: return either(operands[0])
    case .select: return node("Where", [truth(operands[0]), number(operands[1]), number(operands[2])], as: compute)
    case .multiplyAdd:
      return node("Add", [node("Mul", [number(operands[0]), number(operands[1])]), number(operands[2])])
    case .and: return node("And", operands.map(truth))
    case .or: return node("Or", operands.map(truth))
    case .xor: return node("Xor", operands.map(truth))
    case .not: return not(truth(operands[0]))
    case .isNaN, .isInfinite, .isFinite: return kind(instruction, number(operands[0]))
    case .hardSigmoid, .leak, .lerp, .replaceNonfinite: return piece(instruction, operands.map(number))
    case _ where operands.count == 1: return try unary(instruction, number(operands[0]))
    case _ where operands.count == 2: return try binary(instruction, number(operands[0]), number(operands[1]))
    default: throw ExportObstacle("ONNX has no operator for the function `\(instruction)`")
    }
  }

  /// A step as it is, a condition or a number.
  private func either(_ place: Int) -> GraphValue { isTruth(place) ? truth(place) : number(place) }

  /// Those that are one node.
  private static let nodes: [Instruction: String] = [
    .negate: "Neg", .abs: "Abs", .sign: "Sign", .floor: "Floor", .ceil: "Ceil", .round: "Round", .sqrt: "Sqrt",
    .reciprocal: "Reciprocal", .exp: "Exp", .log: "Log", .sin: "Sin", .cos: "Cos", .tan: "Tan", .asin: "Asin",
    .acos: "Acos", .atan: "Atan", .sinh: "Sinh", .cosh: "Cosh", .tanh: "Tanh", .asinh: "Asinh", .acosh: "Acosh",
    .atanh: "Atanh", .erf: "Erf", .sigmoid: "Sigmoid", .add: "Add", .subtract: "Sub", .multiply: "Mul",
    .divide: "Div", .pow: "Pow", .minimum: "Min", .maximum: "Max",
  ]

  private static let comparisons: [Instruction: String] = [
    .equal: "Equal", .notEqual: "Equal", .less: "Less", .lessEqual: "LessOrEqual", .greater: "Greater",
    .greaterEqual: "GreaterOrEqual",
  ]

  /// A comparison; with 0 of what is a condition already, that condition or its opposite.
  private func comparison(_ instruction: Instruction, _ name: String, _ operands: [Int]) -> GraphValue {
    let isEquality = instruction == .equal || instruction == .notEqual
    if isEquality, isTruth(operands[0]), isConstant(operands[1], 0) {
      return instruction == .notEqual ? truth(operands[0]) : not(truth(operands[0]))
    }
    let found = node(name, operands.map(number), as: .bool)
    return instruction == .notEqual ? not(found) : found
  }

  private func kind(_ instruction: Instruction, _ x: GraphValue) -> GraphValue {
    guard compute.isFloatingPoint else {
      let all = node("Equal", [x, x], as: .bool)  // all integers are finite
      return instruction == .isFinite ? all : not(all)
    }
    let isNaN = node("IsNaN", [x], as: .bool)
    if instruction == .isNaN { return isNaN }
    let isInfinite = node("IsInf", [x], as: .bool)
    return instruction == .isInfinite ? isInfinite : not(node("Or", [isNaN, isInfinite]))
  }

  private func unary(_ instruction: Instruction, _ x: GraphValue) throws -> GraphValue {
    let one = graph.scalar(1, compute)
    switch instruction {
    case .rsqrt: return node("Reciprocal", [node("Sqrt", [x])])
    case .trunc:
      if !compute.isFloatingPoint { return x }
      return node("Where", [node("Less", [x, zero], as: .bool), node("Ceil", [x]), node("Floor", [x])], as: compute)
    case .exp2: return node("Pow", [graph.scalar(2, compute), x])
    // (e^x + 1)·tanh(x/2), in which nothing small is taken from something large.
    case .expm1:
      let half = node("Mul", [x, graph.scalar(0.5, compute)])
      return node("Mul", [node("Tanh", [half]), node("Add", [node("Exp", [x]), one])])
    case .log1p: return node("Log", [node("Add", [x, one])])
    case .log2: return node("Mul", [node("Log", [x]), graph.scalar(1.4426950408889634, compute)])
    case .log10: return node("Mul", [node("Log", [x]), graph.scalar(0.4342944819032518, compute)])
    case .erfc: return node("Sub", [one, node("Erf", [x])])
    default: throw ExportObstacle("ONNX has no operator for the function `\(instruction)`")
    }
  }

  private func binary(_ instruction: Instruction, _ a: GraphValue, _ b: GraphValue) throws -> GraphValue {
    let isReal = compute.isFloatingPoint
    switch instruction {
    case .floorDivide:
      if isReal { return node("Floor", [node("Div", [a, b])]) }
      return node("Div", [node("Sub", [a, node("Mod", [a, b])]), b])
    case .remainder:
      if !isReal { return node("Mod", [a, b]) }
      return node("Sub", [a, node("Mul", [b, node("Floor", [node("Div", [a, b])])])])
    case .fmod: return node("Mod", [a, b], ["fmod": .integer(1)])
    case .atan2: return angle(a, b)
    case .bitAnd, .bitOr, .bitXor:
      let name = instruction == .bitAnd ? "BitwiseAnd" : instruction == .bitOr ? "BitwiseOr" : "BitwiseXor"
      guard graph.opset >= 18 else { throw ExportObstacle("\(name) exists from opset 18: `opset: 18`") }
      return node(name, [a, b])
    default: throw ExportObstacle("ONNX has no operator for the function `\(instruction)`")
    }
  }

  /// The angle of the point (x, y).
  private func angle(_ y: GraphValue, _ x: GraphValue) -> GraphValue {
    func number(_ value: Double) -> GraphValue { graph.scalar(value, compute) }
    func select(_ condition: GraphValue, _ a: GraphValue, _ b: GraphValue) -> GraphValue {
      node("Where", [condition, a, b], as: compute)
    }
    let acute = node("Atan", [node("Div", [y, x])])
    let below = node("Less", [y, zero], as: .bool)
    let turned = node("Add", [acute, select(below, number(-.pi), number(.pi))])
    let upright = select(below, number(-.pi / 2), select(node("Equal", [y, zero], as: .bool), zero, number(.pi / 2)))
    let left = node("Less", [x, zero], as: .bool)
    return select(node("Equal", [x, zero], as: .bool), upright, select(left, turned, acute))
  }
}
