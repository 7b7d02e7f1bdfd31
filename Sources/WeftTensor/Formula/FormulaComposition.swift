/// Formulas that read each other's results, as one formula: it gives to the bit what they give one after another with
/// their results in memory between them, in the type that they are computed in.
///
/// Every result of a part stands behind a `detached` step. That costs no instruction, and what stands behind it is
/// rounded: a product in one part and a sum in the next do not become a multiply-add. For the same reason nothing that
/// two parts compute alike is computed once: within its part, a product that is read twice is rounded too.
struct FormulaComposition {
  private var steps: [Formula.Step] = []
  private var leaves: [ExpressionNode.Kind: Int] = [:]
  private var inputCount = 0
  private(set) var parameters: [Double] = []

  /// The value of one more input.
  mutating func addInput() -> Int {
    inputCount += 1
    return leaf(.input(inputCount - 1))
  }

  /// The values of the results of one more part.
  ///
  /// - Parameters:
  ///   - numbers: What its parameters stand for.
  ///   - values: What its inputs are.
  mutating func add(_ part: Formula, _ numbers: [Double], reading values: [Int]) -> [Int] {
    let firstParameter = parameters.count
    parameters += numbers
    var places: [Int] = []
    for step in part.steps {
      switch step.kind {
      case .input(let input): places.append(values[input])
      case .parameter(let parameter): places.append(leaf(.parameter(firstParameter + parameter)))
      default: places.append(add(step.kind, step.operands.map { places[$0] }))
      }
    }
    return part.outputs.map { add(.detached, [places[$0]]) }
  }

  /// The whole, of which these values are the results.
  func formula(resultingIn values: [Int]) -> Formula {
    Formula(inputs: inputCount, parameters: parameters.count, steps: steps, outputs: values)
  }

  private mutating func leaf(_ kind: ExpressionNode.Kind) -> Int {
    if let known = leaves[kind] { return known }
    let place = add(kind, [])
    leaves[kind] = place
    return place
  }

  private mutating func add(_ kind: ExpressionNode.Kind, _ operands: [Int]) -> Int {
    steps.append(Formula.Step(kind: kind, operands: operands))
    return steps.count - 1
  }
}

extension Formula {
  /// Whether a result is 1 or 0, and nothing else.
  func isTruth(_ output: Int) -> Bool {
    switch steps[outputs[output]].kind {
    case .operation(let instruction): instruction.isQuestion
    default: false
    }
  }
}

extension Instruction {
  /// Whether it gives 1 or 0.
  fileprivate var isQuestion: Bool {
    switch self {
    case .isNaN, .isInfinite, .isFinite, .not, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .and,
      .or, .xor:
      true
    default: false
    }
  }
}
