extension Formula {
  /// The formula of the gradients of the inputs marked in `needs`.
  ///
  /// - Parameter onePerRow: The outputs hold one value for a row instead of one at each place of it.
  func gradient(needs: [Bool], onePerRow: Bool = false) -> GradientFormula {
    var key: UInt64 = onePerRow ? 1 << 63 : 0
    for (index, isNeeded) in needs.enumerated() where isNeeded { key |= 1 << UInt64(index) }
    if let known = kept.withLock({ kept in kept.gradients.first { $0.key == key } }) { return known.formula }
    let made = GradientFormula(of: self, needs: needs, onePerRow: onePerRow)
    return kept.withLock { kept in
      if let known = kept.gradients.first(where: { $0.key == key }) { return known.formula }
      kept.gradients.append((key, made))
      return made
    }
  }
}

extension GradientFormula {
  fileprivate convenience init(of original: Formula, needs: [Bool], onePerRow: Bool) {
    let derivation = Derivation(original)
    let adjoints = derivation.gradients(needs: needs, onePerRow: onePerRow)
    let joined = JoinedFormula(adjoints, inputs: derivation.inputCount, parameters: original.parameterCount)
    let sources = joined.inputs.map(derivation.source)
    self.init(joined.formula, sources: sources, outputs: joined.outputs, saves: Saves(reading: sources))
  }
}

/// Expressions, of which some may be zero, as one formula of those inputs that they read.
struct JoinedFormula {
  /// Nil where all are zero.
  let formula: Formula?
  /// For each expression: which output of `formula` it is, or that it is zero.
  let outputs: [Int?]
  /// The numbers of the formula's inputs among the expressions'.
  let inputs: [Int]

  init(_ expressions: [Expression?], inputs count: Int, parameters: Int) {
    var present: [Expression] = []
    outputs = expressions.map { expression in
      guard let expression else { return nil }
      present.append(expression)
      return present.count - 1
    }
    let wide = Formula(inputs: count, parameters: parameters) { _, _ in present }
    let read = (0..<count).filter { index in wide.steps.contains { $0.kind == .input(index) } }
    inputs = read
    formula = present.isEmpty ? nil : wide.renumberingInputs(read)
  }
}

extension Formula {
  /// Whether the derivative by an input differs with the input's value.
  package func derivativeVaries(with input: Int) -> Bool {
    gradient(needs: (0..<inputCount).map { $0 == input }).sources.contains { source in
      switch source {
      case .gradient: false
      case .input(let index): index == input
      case .output: true
      }
    }
  }

  /// The same formula with only the inputs `used`, in that order.
  fileprivate func renumberingInputs(_ used: [Int]) -> Formula {
    Formula(inputs: used.count, parameters: parameterCount) { x, _ in
      var built: [Expression] = []
      for step in steps {
        if case .input(let index) = step.kind, let place = used.firstIndex(of: index) {
          built.append(x[place])
        } else {
          built.append(Expression(ExpressionNode(step.kind, step.operands.map { built[$0].node })))
        }
      }
      return outputs.map { built[$0] }
    }
  }
}

/// Reverse-mode differentiation of a formula, step by step from the outputs to the inputs.
///
/// The gradient formula's inputs are numbered: output gradients, then original inputs, then original outputs. Where the
/// derivative reads a value that is an output of the original (as eˣ does), it reads the saved output.
private struct Derivation {
  let original: Formula
  private let values: [Expression]
  private let isRowScalar: [Bool]

  init(_ original: Formula) {
    self.original = original
    let (outputCount, inputCount) = (original.outputs.count, original.inputCount)
    var values: [Expression] = []
    for (index, step) in original.steps.enumerated() {
      if case .input(let input) = step.kind {
        values.append(.input(outputCount + input))
      } else if case .operation = step.kind, let output = original.outputs.firstIndex(of: index) {
        values.append(.input(outputCount + inputCount + output))
      } else {
        values.append(Expression(ExpressionNode(step.kind, step.operands.map { values[$0].node })))
      }
    }
    self.values = values
    isRowScalar = Self.rowScalars(original)
  }

  var inputCount: Int { 2 * original.outputs.count + original.inputCount }

  func source(_ index: Int) -> GradientFormula.Source {
    let outputCount = original.outputs.count
    if index < outputCount { return .gradient(index) }
    if index < outputCount + original.inputCount { return .input(index - outputCount) }
    return .output(index - outputCount - original.inputCount)
  }

  /// One entry per input; nil where it is not needed, or always zero.
  func gradients(needs: [Bool], onePerRow: Bool) -> [Expression?] {
    if let rule = original.ownDerivative { return zip(needs, ruled(by: rule)).map { $0 ? $1 : nil } }
    var adjoints: [Expression?] = Array(repeating: nil, count: original.steps.count)
    for (output, step) in original.outputs.enumerated() {
      // A value the whole row shares, written at each of its places, is as many results.
      let gradient = isRowScalar[step] && !onePerRow ? sum(.input(output)) : .input(output)
      adjoints[step] = adjoints[step].map { $0 + gradient } ?? gradient
    }
    for index in original.steps.indices.reversed() {
      guard let adjoint = adjoints[index] else { continue }
      spread(adjoint, from: index, into: &adjoints)
    }
    return needs.enumerated().map { input, isNeeded in
      guard isNeeded, let step = original.steps.firstIndex(where: { $0.kind == .input(input) }) else { return nil }
      return adjoints[step]
    }
  }

  private func ruled(by rule: Formula.DerivativeRule) -> [Expression?] {
    let (outputCount, inputCount) = (original.outputs.count, original.inputCount)
    return rule(
      (0..<outputCount).map { .input($0) }, (0..<inputCount).map { .input(outputCount + $0) },
      (0..<outputCount).map { .input(outputCount + inputCount + $0) },
      (0..<original.parameterCount).map { .parameter($0) })
  }

  private func spread(_ adjoint: Expression, from index: Int, into adjoints: inout [Expression?]) {
    let step = original.steps[index]
    guard case .operation(let operation) = step.kind else { return }
    let operands = step.operands.map { values[$0] }
    let parts = operation.row.adjoints(operands, values[index], adjoint)
    for (operand, part) in zip(step.operands, parts) {
      guard var part else { continue }
      // A value the whole row shares gathers what every element of the row sends back to it.
      if isRowScalar[operand], !isRowScalar[index] { part = sum(part) }
      adjoints[operand] = adjoints[operand].map { $0 + part } ?? part
    }
  }

  /// Which steps have one value per row: reductions, and what is made of them alone.
  private static func rowScalars(_ formula: Formula) -> [Bool] {
    var result: [Bool] = []
    var isConstant: [Bool] = []
    for step in formula.steps {
      switch step.kind {
      case .constant, .parameter, .rowLength:
        result.append(false)
        isConstant.append(true)
      case .input, .position:
        result.append(false)
        isConstant.append(false)
      case .detached, .operation:
        let operands = step.operands
        isConstant.append(operands.allSatisfy { isConstant[$0] })
        if case .operation(let operation) = step.kind, operation.isRowReduction {
          result.append(true)
        } else {
          let scalars = operands.allSatisfy { result[$0] || isConstant[$0] }
          result.append(scalars && operands.contains { result[$0] })
        }
      }
    }
    return result
  }
}

extension Saves {
  /// What a gradient formula with these inputs reads of the forward pass.
  init(reading sources: [GradientFormula.Source]) {
    self = []
    for source in sources {
      switch source {
      case .gradient: break
      case .input(let index): insert(.input(index))
      case .output(let index): insert(.output(index))
      }
    }
  }
}
