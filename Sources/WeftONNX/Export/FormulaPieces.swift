import WeftTensor

// Instructions of lines in pieces, which are one pass here and a few nodes in a file.
extension FormulaWriter {
  func piece(_ instruction: Instruction, _ x: [GraphValue]) -> GraphValue {
    switch instruction {
    case .hardSigmoid:
      return node("HardSigmoid", [x[0]], ["alpha": .number(1.0 / 6), "beta": .number(0.5)])
    case .leak:
      let leaked = node("Mul", [x[1], x[2]])
      return choose(less(zero, x[0]), x[1], choose(isNaN(x[0]), x[0], leaked))
    case .lerp: return lerp(x[0], x[1], x[2])
    default:  // .replaceNonfinite
      if !compute.isFloatingPoint { return x[0] }
      let infinite = choose(less(zero, x[0]), x[2], x[3])
      return choose(isNaN(x[0]), x[1], choose(node("IsInf", [x[0]], as: .bool), infinite, x[0]))
    }
  }

  /// As `lerp` is defined: from the nearer end, and the ends themselves where the way between them is not finite.
  private func lerp(_ a: GraphValue, _ b: GraphValue, _ w: GraphValue) -> GraphValue {
    let one = graph.scalar(1, compute)
    let way = node("Sub", [b, a])
    let rest = node("Sub", [one, w])
    let near = node("Add", [a, node("Mul", [w, way])])
    let inside = choose(less(w, graph.scalar(0.5, compute)), near, node("Sub", [b, node("Mul", [way, rest])]))
    let mixed = node("Add", [node("Mul", [a, rest]), node("Mul", [b, w])])
    let end = choose(equal(w, one), b, choose(equal(a, b), a, mixed))
    let areNumbers = node("And", [equal(a, a), equal(b, b)], as: .bool)
    let far = choose(areNumbers, choose(equal(w, zero), a, end), way)
    return choose(equal(node("Sub", [way, way]), zero), inside, far)  // x - x is 0 of finite numbers alone
  }

  private func less(_ a: GraphValue, _ b: GraphValue) -> GraphValue { node("Less", [a, b], as: .bool) }
  private func equal(_ a: GraphValue, _ b: GraphValue) -> GraphValue { node("Equal", [a, b], as: .bool) }
  private func choose(_ condition: GraphValue, _ a: GraphValue, _ b: GraphValue) -> GraphValue {
    node("Where", [condition, a, b], as: compute)
  }

  private func isNaN(_ x: GraphValue) -> GraphValue {
    compute.isFloatingPoint ? node("IsNaN", [x], as: .bool) : node("Less", [x, x], as: .bool)
  }
}
