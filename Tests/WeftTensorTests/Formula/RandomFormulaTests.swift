import Testing
import WeftContract
import WeftTensor

/// Random formulas through the tile engine against the scalar reference, on every instruction set of this machine and
/// on inputs that are strided, broadcast, transposed or backward in memory.
@Suite(.serialized) struct RandomFormulaTests {
  @Test(arguments: InstructionSet.available.map(\.name), [DType.float32, .float64, .int64].map(\.description))
  func elementwise(_ set: String, _ dtype: String) async {
    await #expect(processExitsWith: .success) { [set, dtype] in
      useInstructionSet(set)
      for seed in 0..<400 { RandomFormula(seed: UInt64(seed), elementType(named: dtype)).checkElementwise() }
    }
  }

  @Test(arguments: InstructionSet.available.map(\.name), [DType.float32, .float64].map(\.description))
  func rowwise(_ set: String, _ dtype: String) async {
    await #expect(processExitsWith: .success) { [set, dtype] in
      useInstructionSet(set)
      for seed in 0..<200 { RandomFormula(seed: UInt64(seed), elementType(named: dtype)).checkRowwise() }
    }
  }

  @Test(arguments: InstructionSet.available.map(\.name))
  func longRowsAndManyElements(_ set: String) async {
    await #expect(processExitsWith: .success) { [set] in
      useInstructionSet(set)
      // Sizes around the tile of 1,024 elements.
      for size in [1, 15, 16, 17, 1023, 1024, 1025, 4097, 100_003] {
        let values = (0..<size).map { Double($0 % 97) * 0.03 - 1.5 }
        let (x, reference) = (Tensor(values), ReferenceArray(Tensor(values)))
        let formula = Formula { x in
          let e = exp(x - max(x)); return e / sum(e) * 100
        }
        let operation = FormulaMap(formula: formula, axis: 0, dtype: .float32)
        expectClose(
          apply(operation, [x])[0], (operation.reference([reference]) ?? [])[0], within: 1e-5, "\(size), \(set)")
        let plain = FormulaMap(formula: Formula { x in x * sigmoid(x) + erf(x) }, dtype: .float32)
        expectClose(apply(plain, [x])[0], (plain.reference([reference]) ?? [])[0], within: 1e-6, "\(size), \(set)")
      }
    }
  }
}

func useInstructionSet(_ name: String) {
  let set = InstructionSet.available.first { $0.name == name }
  precondition(set?.select() == true, "\(name) is not there")
}

func elementType(named name: String) -> DType { DType.allCases.first { $0.description == name } ?? .float32 }

/// A formula drawn at random, with inputs for it.
struct RandomFormula {
  private let seed: UInt64
  private let dtype: DType
  private var generator: TestRandom

  init(seed: UInt64, _ dtype: DType) {
    self.seed = seed
    self.dtype = dtype
    generator = TestRandom(seed &* 31 &+ 7)
  }

  private var tolerance: Double { dtype == .float32 ? 2e-5 : dtype == .float64 ? 1e-12 : 0 }

  func checkElementwise() {
    var drawing = self
    let parameters = dtype == .int64 ? [2.0, -3] : [0.75, -1.25]
    let formula = Formula(inputs: 3, parameters: 2) { x, p in
      (0..<2).map { _ in drawing.expression(x + p, depth: 5) }
    }
    drawing.check(FormulaMap(formula: formula, parameters: parameters, dtype: dtype))
  }

  func checkRowwise() {
    var drawing = self
    let formula = Formula(inputs: 3, parameters: 2) { x, p in
      let inner = drawing.expression(x + p, depth: 3)
      let reduced = drawing.reduction(of: inner)
      return [drawing.expression(x + [reduced, inner], depth: 3), inner - reduced]
    }
    drawing.check(FormulaMap(formula: formula, parameters: [0.75, -1.25], axis: 1, dtype: dtype))
  }

  private mutating func check(_ operation: FormulaMap) {
    let inputs = (0..<3).map { _ in input() }
    guard
      let joined = Shape.broadcast(inputs[0].shape, inputs[1].shape).flatMap({ Shape.broadcast($0, inputs[2].shape) }),
      let expected = operation.reference(inputs.map(ReferenceArray.init)), joined.rank == 3
    else { return }
    for (result, wanted) in zip(apply(operation, inputs), expected) {
      let layouts = inputs.map { "\($0.shape) \($0.strides)" }
      expectClose(result, wanted, within: tolerance, "formula \(seed) in \(dtype) over \(layouts)")
    }
  }

  private mutating func input() -> Tensor {
    let full = [3, 5, 7]
    let repeats = Int.random(in: 0..<6, using: &generator)
    let sizes = full.enumerated().map { $0 == repeats ? 1 : $1 }
    let count = sizes.reduce(1, *)
    let values = (0..<count).map { _ in
      dtype == .int64
        ? Double(Int.random(in: -9...9, using: &generator)) : Double.random(in: -2...2, using: &generator)
    }
    let plain = Tensor(values, shape: Shape(sizes), dtype: dtype)
    let layouts = MemoryLayouts.equal(to: plain) + MemoryLayouts.repeated(plain) + [("plain", plain)]
    return layouts[Int.random(in: 0..<layouts.count, using: &generator)].tensor
  }

  private mutating func reduction(of x: Expression) -> Expression {
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: sum(x)
    case 1: mean(x)
    case 2: max(x)
    case 3: min(x)
    default: product(tanh(x))
    }
  }

  private mutating func expression(_ leaves: [Expression], depth: Int) -> Expression {
    if depth == 0 || Int.random(in: 0..<8, using: &generator) == 0 {
      let choice = Int.random(in: 0...leaves.count, using: &generator)
      return choice == leaves.count ? Expression(Double(Int.random(in: 1...3, using: &generator))) : leaves[choice]
    }
    let a = expression(leaves, depth: depth - 1)
    let b = expression(leaves, depth: depth - 1)
    return dtype == .int64 ? integers(a, b, leaves) : reals(a, b, leaves)
  }

  private mutating func reals(_ a: Expression, _ b: Expression, _ leaves: [Expression]) -> Expression {
    // Jumps are taken of the leaves alone, which are the same numbers in every precision.
    let (p, q) = (leaves[0], leaves[leaves.count > 1 ? 1 : 0])
    switch Int.random(in: 0..<24, using: &generator) {
    case 0...3: return a + b
    case 4...5: return a - b
    case 6...8: return tanh(a) * b
    case 9: return a / (1 + b * b)
    case 10: return sigmoid(a)
    case 11: return sin(a) + cos(b)
    case 12: return exp(-(a * a))
    case 13: return erf(a) - erfc(b)
    case 14: return log1p(a * a) + atan(b)
    case 15: return minimum(a, b)
    case 16: return maximum(a, b)
    case 17: return select(p .< q, a, b)
    case 18: return select((p .>= q) .| (q .== 0), a, -b)
    case 19: return a + floor(p) * sign(q)
    case 20: return sqrt(abs(a) + 1) * rsqrt(b * b + 1)
    case 21: return atan2(tanh(a), 2 + sin(b))
    case 22: return abs(a) + detached(b)
    default: return pow(1 + sigmoid(a), tanh(b))
    }
  }

  private mutating func integers(_ a: Expression, _ b: Expression, _ leaves: [Expression]) -> Expression {
    func bounded(_ x: Expression) -> Expression { minimum(maximum(x, -1000), 1000) }
    switch Int.random(in: 0..<14, using: &generator) {
    case 0...2: return a + b
    case 3...4: return a - b
    case 5...6: return bounded(a) * bounded(b)
    case 7: return floorDivide(a, abs(b) + 1)
    case 8: return remainder(a, abs(b) + 2)
    case 9: return remainder(a, -abs(b) - 1)
    case 10: return select(a .< b, a, b)
    case 11: return (a .>= b) .^ ((a .& b) .| (a .!= 3))
    case 12: return abs(a) - sign(b)
    default: return maximum(minimum(a, b), -a)
    }
  }
}
