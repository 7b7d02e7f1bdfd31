extension Formula {
  /// The formula of the results' tangents, with tangents at the inputs marked in `moving`.
  func tangent(moving: [Bool]) -> TangentFormula {
    if let known = kept.withLock({ kept in kept.tangents.first { $0.key == moving } }) { return known.formula }
    let made = TangentFormula(of: self, moving: moving)
    kept.withLock { $0.tangents.append((moving, made)) }
    return made
  }
}

extension TangentFormula {
  /// - Parameter moving: Which inputs have a tangent.
  fileprivate convenience init(of original: Formula, moving: [Bool]) {
    let derivation = ForwardDerivation(original)
    let joined = JoinedFormula(
      derivation.tangents(moving: moving), inputs: derivation.inputCount, parameters: original.parameterCount)
    self.init(joined.formula, sources: joined.inputs.map(derivation.source), outputs: joined.outputs)
  }
}

/// Forward-mode differentiation of a formula, step by step from the inputs to the results.
///
/// The tangent formula's inputs are numbered: tangents, then original inputs, then original results, which are read where
/// the derivative reads a value that is one.
private struct ForwardDerivation {
  let original: Formula
  private let values: [Expression]

  init(_ original: Formula) {
    self.original = original
    let (inputCount, first) = (original.inputCount, 2 * original.inputCount)
    var values: [Expression] = []
    for (index, step) in original.steps.enumerated() {
      if case .input(let input) = step.kind {
        values.append(.input(inputCount + input))
      } else if case .operation = step.kind, let output = original.outputs.firstIndex(of: index) {
        values.append(.input(first + output))
      } else {
        values.append(Expression(ExpressionNode(step.kind, step.operands.map { values[$0].node })))
      }
    }
    self.values = values
  }

  var inputCount: Int { 2 * original.inputCount + original.outputs.count }

  func source(_ index: Int) -> TangentFormula.Source {
    let inputCount = original.inputCount
    if index < inputCount { return .tangent(index) }
    if index < 2 * inputCount { return .input(index - inputCount) }
    return .output(index - 2 * inputCount)
  }

  /// One entry per result; nil where it is always zero.
  func tangents(moving: [Bool]) -> [Expression?] {
    if let rule = original.ownDerivative, !original.isRowwise, original.outputs.count == 1 {
      return [ruled(by: rule, moving)]
    }
    var tangents: [Expression?] = []
    for (index, step) in original.steps.enumerated() {
      switch step.kind {
      case .input(let input): tangents.append(moving[input] ? .input(input) : nil)
      case .operation(let instruction):
        tangents.append(tangent(of: index, instruction, step.operands, tangents))
      default: tangents.append(nil)
      }
    }
    return original.outputs.map { tangents[$0] }
  }

  /// Σ ∂y/∂xᵢ · tᵢ. An instruction's adjoint is ∂y/∂xᵢ · g element by element, so with t for g it is the tangent's part;
  /// a reduction over the row adds up what the row's elements contribute.
  private func tangent(
    of index: Int, _ instruction: Instruction, _ operands: [Int], _ tangents: [Expression?]
  ) -> Expression? {
    let x = operands.map { values[$0] }
    var total: Expression?
    for (place, operand) in operands.enumerated() {
      guard let moving = tangents[operand] else { continue }
      let part: Expression?
      if instruction == .rowSum {
        part = sum(moving)
      } else if instruction.isRowReduction {
        part = instruction.row.adjoints(x, values[index], 1)[place].map { sum($0 * moving) }
      } else {
        part = instruction.row.adjoints(x, values[index], moving)[place]
      }
      guard let part else { continue }
      total = total.map { $0 + part } ?? part
    }
    return total
  }

  /// By the derivative written by hand: of one result, element by element, it is the same both ways.
  private func ruled(by rule: Formula.DerivativeRule, _ moving: [Bool]) -> Expression? {
    let inputCount = original.inputCount
    let x = (0..<inputCount).map { Expression.input(inputCount + $0) }
    let p = (0..<original.parameterCount).map { Expression.parameter($0) }
    var total: Expression?
    for input in 0..<inputCount where moving[input] {
      guard let part = rule([.input(input)], x, [.input(2 * inputCount)], p)[input] else { continue }
      total = total.map { $0 + part } ?? part
    }
    return total
  }
}
