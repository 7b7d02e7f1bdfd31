import Testing
import WeftTensor

/// The symbolic derivative of every instruction against finite differences, first and second.
@Suite struct InstructionGradientTests {
  /// Functions of integers have no derivative; zeta and the gamma integrals have none in their first operand.
  static let smooth = Instruction.allCases.filter {
    !$0.isIntegral && ![.zeta, .nextAfter, .gammaLower, .gammaUpper].contains($0)
  }

  @Test(arguments: smooth)
  func derivative(_ instruction: Instruction) throws {
    let axis = instruction.isRowReduction ? 1 : nil
    let operands = instruction.domains.count
    let formula = Formula(inputs: operands, parameters: 0) { x, _ in [instruction.applied(to: x)] }
    let operation = FormulaMap(formula: formula, axis: axis, dtype: .float64)
    let inputs = instruction.domains.enumerated().map { index, domain in
      SampleInput.real([2, 5], in: domain, avoiding: instruction.jumps).draw(seed: UInt64(index + 1))
    }
    var options = GradientCheckOptions()
    options.absoluteTolerance = 1e-5
    try gradcheck({ apply(operation, $0) }, at: inputs, options: options)
    try gradgradcheck({ apply(operation, $0) }, at: inputs, options: options)
  }

  @Test func detachedValuesHaveNoDerivative() throws {
    let operation = FormulaMap(formula: Formula { x in x * detached(x) }, dtype: .float64)
    let x = Tensor([3.0], dtype: .float64).requiringGrad()
    #expect(try grad(of: apply(operation, [x])[0], with: x).values == [3])
  }

  @Test func ownDerivativesAreUsed() throws {
    let formula = Formula({ x in x * x }, derivative: { g, x, y in g * 100 })
    let x = Tensor([3.0], dtype: .float64).requiringGrad()
    #expect(try grad(of: apply(FormulaMap(formula: formula, dtype: .float64), [x])[0], with: x).values == [100])
  }

  @Test func tiesShareTheGradient() throws {
    let x = Tensor([[1.0, 3, 3]], dtype: .float64).requiringGrad()
    let row = FormulaMap(formula: Formula { x in max(x) / Expression.rowLength }, axis: 1, dtype: .float64)
    #expect(try grad(of: apply(row, [x])[0].sum(), with: x).values == [0, 0.5, 0.5])
    let (a, b) = (Tensor([2.0]).requiringGrad(), Tensor([2.0]).requiringGrad())
    let both = FormulaMap(formula: Formula { a, b in maximum(a, b) }, dtype: .float32)
    #expect(try grad(of: [apply(both, [a, b])[0]], with: [a, b]).map { $0?.values } == [[0.5], [0.5]])
  }

  @Test func slopesAtTheEdgesOfDomains() throws {
    func slope(_ value: Double, _ formula: Formula) throws -> Double {
      let x = Tensor(value, dtype: .float64).requiringGrad()
      return try grad(of: apply(FormulaMap(formula: formula, dtype: .float64), [x])[0], with: x).item()
    }
    #expect(try slope(0, Formula { x in abs(x) }) == 0)
    #expect(try slope(0, Formula { x in pow(x, 2) }) == 0)
    #expect(try slope(0, Formula { x in pow(x, 1) }) == 1)
    #expect(try slope(0, Formula { x in pow(x, 0) }) == 0)
    #expect(try slope(-2, Formula { x in pow(x, 3) }) == 12)
    #expect(try slope(0, Formula { x in sqrt(x) }) == .infinity)
    #expect(try slope(-1, Formula { x in select(x .> 0, log(x), x) }) == 1, "the branch not taken leaves no NaN")
  }
}

extension Instruction {
  func applied(to x: [Expression]) -> Expression {
    switch x.count {
    case 1: Expression(self, x[0])
    case 2: Expression(self, x[0], x[1])
    case 3: Expression(self, x[0], x[1], x[2])
    default: Expression(self, x[0], x[1], x[2], x[3])
    }
  }

  /// Where each operand may lie for the instruction to be smooth.
  var domains: [ClosedRange<Double>] {
    switch self {
    case .sqrt, .rsqrt, .log, .log2, .log10: [0.3...3]
    case .reciprocal, .rowProduct: [0.4...2]
    case .log1p: [-0.6...2]
    case .asin, .acos, .atanh: [-0.8...0.8]
    case .acosh: [1.3...3]
    case .tan: [-1.2...1.2]
    case .pow: [0.4...2, -2...2]
    case .divide, .atan2: [-2...2, 0.5...2]
    case .floorDivide, .remainder, .fmod: [0.1...0.9, 1...2]
    case .logGamma, .digamma, .besselY0, .besselY1: [0.5...4]
    case .erfInverse: [-0.8...0.8]
    case .normalQuantile: [0.1...0.9]
    case .significand, .exponent: [2.1...3.9]
    case .minimum, .less, .lessEqual, .equal: [-2...0, 0.1...2]
    case .maximum, .notEqual, .greater, .greaterEqual: [-2...0, 0.1...2]
    case .add, .subtract, .multiply, .and, .or, .xor: [-2...2, -2...2]
    case .select, .multiplyAdd, .lerp, .leak: [-2...2, -2...2, -2...2]
    case .hardSigmoid: [-5...5]
    case .replaceNonfinite: [-2...2, -2...2, -2...2, -2...2]
    default: [-2...2]
    }
  }

  var jumps: [Double] {
    switch self {
    case .abs, .sign, .not, .and, .or, .xor, .select, .leak, .besselI0Scaled, .besselI1Scaled: [0]
    case .floor, .ceil, .trunc: [-2, -1, 0, 1, 2]
    case .hardSigmoid: [-3, 3]
    case .lerp: [0.5]
    case .round: [-1.5, -0.5, 0.5, 1.5]
    default: []
    }
  }
}

@Suite struct DetachedValueTests {
  /// A detached value shares the register of what it names, which is read again later.
  @Test func aDetachedValueKeepsWhatItNames() {
    let formula = Formula { x in
      let a = exp(x)
      let b = detached(a) + 1
      return sin(b) * cos(b) + a
    }
    let operation = FormulaMap(formula: formula, dtype: .float64)
    let x = Tensor([0.0, 0.5, 1], dtype: .float64)
    expectClose(apply(operation, [x])[0], (operation.reference([ReferenceArray(x)]) ?? [])[0], within: 1e-14, "exp")
  }
}
