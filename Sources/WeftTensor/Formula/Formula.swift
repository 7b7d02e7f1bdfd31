/// A small function of arrays, element by element or row by row, written once and read by everything that needs it:
/// the tile engine, the scalar reference of the tests, and the symbolic derivative.
///
/// ```swift
/// static let formula = Formula { x in x * sigmoid(x) }
/// ```
public final class Formula: Sendable {
  /// One value of the formula: an operation on values before it.
  package struct Step: Hashable, Sendable {
    package var kind: ExpressionNode.Kind
    package var operands: [Int]
  }

  package let inputCount: Int
  let parameterCount: Int
  /// In order of evaluation; equal subexpressions stand once.
  package let steps: [Step]
  /// The steps whose values are the results.
  package let outputs: [Int]
  package var outputCount: Int { outputs.count }
  let fingerprint: Int
  /// A derivative written by hand, of (output gradients, inputs, outputs, parameters).
  let ownDerivative: DerivativeRule?
  /// What was made of it, for as long as it lives.
  let kept = Guarded(Kept())

  struct Kept {
    /// By the type that they compute in.
    var programs: [TileProgram?] = [nil, nil, nil, nil]
    /// Few: found by comparing keys, of which bit i says whether input i needs a gradient.
    var gradients: [(key: UInt64, formula: GradientFormula)] = []
    var tangents: [(key: [Bool], formula: TangentFormula)] = []
  }

  typealias DerivativeRule =
    @Sendable (_ g: [Expression], _ x: [Expression], _ y: [Expression], _ p: [Expression]) -> [Expression?]

  /// A formula of any number of inputs, parameters and outputs.
  ///
  /// - Parameters:
  ///   - body: The outputs from inputs `x` and parameters `p` (numbers that may differ from call to call).
  ///   - derivative: The inputs' gradients from the outputs' gradients `g`; nil for one that is always zero. Left out,
  ///     it is derived symbolically.
  public convenience init(
    inputs: Int, parameters: Int = 0,
    derivative: (
      @Sendable (_ g: [Expression], _ x: [Expression], _ y: [Expression], _ p: [Expression]) -> [Expression?]
    )? = nil,
    _ body: (_ x: [Expression], _ p: [Expression]) -> [Expression]
  ) {
    var flattening = Flattening()
    let outputs = body((0..<inputs).map(Expression.input), (0..<parameters).map(Expression.parameter))
      .map { flattening.step(of: $0.node) }
    self.init(
      inputs: inputs, parameters: parameters, steps: flattening.steps, outputs: outputs, derivative: derivative)
  }

  /// A formula of these steps, each of which reads steps before it.
  init(inputs: Int, parameters: Int, steps: [Step], outputs: [Int], derivative: DerivativeRule? = nil) {
    (inputCount, parameterCount) = (inputs, parameters)
    (self.steps, self.outputs, ownDerivative) = (steps, outputs, derivative)
    var hasher = Hasher()
    hasher.combine(inputs)
    hasher.combine(steps)
    hasher.combine(outputs)
    fingerprint = hasher.finalize()
  }

  /// A function of one input.
  public convenience init(
    _ body: (Expression) -> Expression,
    derivative: (@Sendable (_ g: Expression, _ x: Expression, _ y: Expression) -> Expression)? = nil
  ) {
    let rule = derivative.map { derivative -> DerivativeRule in { g, x, y, _ in [derivative(g[0], x[0], y[0])] } }
    self.init(inputs: 1, derivative: rule) { x, _ in [body(x[0])] }
  }

  /// A function of two inputs.
  public convenience init(_ body: (Expression, Expression) -> Expression) {
    self.init(inputs: 2) { x, _ in [body(x[0], x[1])] }
  }

  /// Whether some value depends on the row: a reduction over it, its length, or the place in it.
  var isRowwise: Bool {
    steps.contains { step in
      switch step.kind {
      case .operation(let instruction): instruction.isRowReduction
      case .position, .rowLength: true
      default: false
      }
    }
  }

  /// Whether the results are numbers or operands chosen among several (`select`, `minimum`, `maximum`) or given by the
  /// program, with no arithmetic on them. (What is handed on as it is, a conversion, is no choice.)
  var isChoice: Bool {
    // Operands stand before what is made of them.
    var isChosen: [Bool] = []
    for step in steps { isChosen.append(Self.isChosen(step, among: isChosen)) }
    return !outputs.isEmpty && outputs.allSatisfy { !isInput($0) && isChosen[$0] }
  }

  /// The parameters that a result may be, of a formula that chooses (not those that it only compares with).
  var chosenParameters: Set<Int> {
    var (found, seen, waiting) = (Set<Int>(), Set<Int>(), outputs)
    while let step = waiting.popLast() {
      guard seen.insert(step).inserted else { continue }
      switch steps[step].kind {
      case .parameter(let index): found.insert(index)
      case .operation(.select): waiting += steps[step].operands.dropFirst()
      default: waiting += steps[step].operands
      }
    }
    return found
  }

  private func isInput(_ step: Int) -> Bool {
    if case .input = steps[step].kind { true } else { false }
  }

  private static func isChosen(_ step: Step, among chosen: [Bool]) -> Bool {
    switch step.kind {
    case .input, .parameter, .constant: true
    case .detached, .operation(.copy), .operation(.minimum), .operation(.maximum), .operation(.rowMinimum),
      .operation(.rowMaximum):
      step.operands.allSatisfy { chosen[$0] }
    case .operation(.select): step.operands.dropFirst().allSatisfy { chosen[$0] }
    default: false
    }
  }
}

/// The gradients of a formula's inputs, as a formula of its own over the output gradients and whatever of the inputs
/// and outputs it reads.
final class GradientFormula: Sendable {
  /// What an input of the gradient formula is.
  enum Source: Hashable, Sendable {
    case gradient(Int)
    case input(Int)
    case output(Int)
  }

  /// The inputs of `formula`, in order.
  let sources: [Source]
  /// For each of the original inputs that need a gradient: which output of `formula` it is, or that it is zero.
  let outputs: [Int?]
  /// Nil where every gradient is zero.
  let formula: Formula?
  /// What the rule reads of the forward pass.
  let saves: Saves

  init(_ formula: Formula?, sources: [Source], outputs: [Int?], saves: Saves) {
    (self.formula, self.sources, self.outputs, self.saves) = (formula, sources, outputs, saves)
  }
}

/// The tangents of a formula's results, as a formula of its own over the inputs' tangents and whatever of the inputs and
/// results it reads: what forward mode runs.
final class TangentFormula: Sendable {
  /// What an input of the tangent formula is.
  enum Source: Hashable, Sendable {
    case tangent(Int)
    case input(Int)
    case output(Int)
  }

  /// The inputs of `formula`, in order.
  let sources: [Source]
  /// For each of the original results: which result of `formula` its tangent is, or that it is zero.
  let outputs: [Int?]
  /// Nil where every tangent is zero.
  let formula: Formula?

  init(_ formula: Formula?, sources: [Source], outputs: [Int?]) {
    (self.formula, self.sources, self.outputs) = (formula, sources, outputs)
  }
}

extension Formula: Hashable {
  public static func == (a: Formula, b: Formula) -> Bool {
    a === b
      || (a.fingerprint == b.fingerprint && a.inputCount == b.inputCount && a.parameterCount == b.parameterCount
        && a.steps == b.steps && a.outputs == b.outputs)
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

/// A formula is part of an operation's program text, not of its attributes: it can be written out to be looked at, and is
/// never read back.
extension Formula: Codable {
  public convenience init(from decoder: any Decoder) throws {
    throw DecodingError.dataCorrupted(
      DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "a formula cannot be read from a file"))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Turns an expression into steps, giving equal values one step.
private struct Flattening {
  var steps: [Formula.Step] = []
  private var known: [Formula.Step: Int] = [:]
  private var visited: [ObjectIdentifier: Int] = [:]

  mutating func step(of node: ExpressionNode) -> Int {
    if let index = visited[ObjectIdentifier(node)] { return index }
    let operands = node.operands.map { step(of: $0) }
    let made = Formula.Step(kind: node.kind, operands: operands)
    let index = known[made] ?? steps.count
    if index == steps.count {
      steps.append(made)
      known[made] = index
    }
    visited[ObjectIdentifier(node)] = index
    return index
  }
}
