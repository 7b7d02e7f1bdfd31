import Testing
import WeftTensor

/// How exact the tile engine's functions are, over all of float32, on every instruction set of this machine.
@Suite(.serialized) struct AccuracyTests {
  /// One bit pattern out of each of 2²⁰ equal parts of all of them: every exponent, both signs, NaN and infinities.
  @Test(arguments: Accuracy.functions.map(\.rawValue))
  func float32(_ instruction: UInt16) async {
    await #expect(processExitsWith: .success) { [instruction] in
      let function = Instruction(rawValue: instruction) ?? .copy
      let inputs = Accuracy.stratified(parts: Accuracy.parts)
      let expected = inputs.map { FormulaReference.scalar(function, [Double($0)]) }
      for set in InstructionSet.available {
        set.select()
        let results = Accuracy.run(function, [inputs], .float32)
        Accuracy.check(function, set.name, inputs, results, expected)
      }
    }
  }

  @Test(arguments: Accuracy.pairFunctions.map(\.rawValue))
  func float32Pairs(_ instruction: UInt16) async {
    await #expect(processExitsWith: .success) { [instruction] in
      let function = Instruction(rawValue: instruction) ?? .copy
      let (a, b) = Accuracy.pairs(of: function)
      let expected = zip(a, b).map { FormulaReference.scalar(function, [Double($0), Double($1)]) }
      for set in InstructionSet.available {
        set.select()
        Accuracy.check(function, set.name, a, Accuracy.run(function, [a, b], .float32), expected, others: b)
      }
    }
  }

  @Test(arguments: Accuracy.functions.map(\.rawValue))
  func float64(_ instruction: UInt16) async {
    await #expect(processExitsWith: .success) { [instruction] in
      let function = Instruction(rawValue: instruction) ?? .copy
      var generator = TestRandom(5)
      let inputs = Accuracy.special.map(Double.init) + (0..<20_000).map { _ in Accuracy.double(&generator) }
      let expected = inputs.map { FormulaReference.scalar(function, [$0]) }
      for set in InstructionSet.available {
        set.select()
        let operation = FormulaMap(formula: Formula { x in Expression(function, x) }, dtype: .float64)
        let results = apply(operation, [Tensor(inputs, dtype: .float64)])[0].scalars(as: Double.self)
        for (x, (got, wanted)) in zip(inputs, zip(results, expected)) {
          let isSame = got == wanted || (got.isNaN && wanted.isNaN)
          let isTiny = abs(wanted) < 0x1p-1020 || (abs(x) < 0x1p-1020 && x != 0)
          guard !isSame, !isTiny, abs(got - wanted) > 4 * wanted.ulp || got.isNaN != wanted.isNaN else { continue }
          Issue.record("\(function)(\(x)) is \(got), expected \(wanted), on \(set.name)")
          break
        }
      }
    }
  }
}

enum Accuracy {
  static let functions = Instruction.allCases.filter { $0.rawValue <= Instruction.not.rawValue }
  static let pairFunctions: [Instruction] = [
    .add, .subtract, .multiply, .divide, .pow, .atan2, .minimum, .maximum, .equal, .notEqual, .less, .lessEqual,
    .greater, .greaterEqual, .and, .or, .xor,
  ]

  #if DEBUG
    static let parts = 1 << 14
  #else
    static let parts = 1 << 20
  #endif

  static let special: [Float] = [
    0, -0.0, .infinity, -.infinity, .nan, 1, -1, .leastNormalMagnitude, -.leastNormalMagnitude,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0.5, -0.5, 2, .pi, -.pi, .pi / 2, 88.72284, -103.97, 1e-30,
  ]

  static func stratified(parts: Int) -> [Float] {
    var generator = TestRandom(3)
    let width = (1 << 32) / parts
    return special
      + (0..<parts).map { part in
        Float(bitPattern: UInt32(part * width + Int.random(in: 0..<width, using: &generator)))
      }
  }

  /// Pairs of every magnitude; for powers also those whose result is an ordinary number.
  static func pairs(of function: Instruction) -> ([Float], [Float]) {
    var generator = TestRandom(11)
    var (a, b): ([Float], [Float]) = ([], [])
    for x in special { for y in special { a.append(x); b.append(y) } }
    for number in 0..<(parts / 4) {
      a.append(Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator)))
      b.append(Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator)))
      guard number % 2 == 0 else { continue }
      a[a.count - 1] = Float.random(in: 0...20, using: &generator)
      b[b.count - 1] = Float.random(in: -20...20, using: &generator)
      if number % 8 == 0 { (a[a.count - 1], b[b.count - 1]) = (-a[a.count - 1], b[b.count - 1].rounded()) }
    }
    return (a, b)
  }

  static func double(_ generator: inout TestRandom) -> Double {
    Int.random(in: 0..<2, using: &generator) == 0
      ? Double(bitPattern: UInt64.random(in: 0 ... .max, using: &generator))
      : Double.random(in: -30...30, using: &generator)
  }

  static func run(_ function: Instruction, _ inputs: [[Float]], _ dtype: DType) -> [Float] {
    let formula = Formula(inputs: inputs.count, parameters: 0) { x, _ in [function.applied(to: x)] }
    return apply(FormulaMap(formula: formula, dtype: dtype), inputs.map { Tensor($0) })[0].scalars(as: Float.self)
  }

  /// Fails at the worst result if it is more than 2 units in the last place away. Numbers below the smallest normal one
  /// may count as zero, going in and coming out.
  static func check(
    _ function: Instruction, _ set: String, _ inputs: [Float], _ results: [Float], _ expected: [Double],
    others: [Float]? = nil
  ) {
    var worst = (error: 0.0, place: 0)
    for place in results.indices {
      let operands = [inputs[place]] + (others.map { [$0[place]] } ?? [])
      var error = distance(results[place], expected[place])
      if error > 2, operands.contains(where: \.isSubnormal) {
        let flushed = operands.map { $0.isSubnormal ? Double($0 < 0 ? -0.0 : 0.0) : Double($0) }
        error = min(error, distance(results[place], FormulaReference.scalar(function, flushed)))
      }
      if error > worst.error { worst = (error, place) }
    }
    let place = worst.place
    let operands = "\(inputs[place])" + (others.map { ", \($0[place])" } ?? "")
    #expect(
      worst.error <= 2,
      "\(function)(\(operands)) is \(results[place]), expected \(Float(expected[place])): \(worst.error) ulp, on \(set)"
    )
  }

  /// In units of the last place of the nearest float to `exact`.
  private static func distance(_ result: Float, _ exact: Double) -> Double {
    let nearest = Float(exact)
    if result.isNaN || nearest.isNaN { return result.isNaN && nearest.isNaN ? 0 : .infinity }
    if result == nearest { return 0 }
    if nearest.isInfinite || result.isInfinite {
      // One step from the largest number to infinity.
      let (finite, infinite) = nearest.isInfinite ? (result, nearest) : (nearest, result)
      let edge = Float.greatestFiniteMagnitude
      return (finite > 0) == (infinite > 0) && abs(finite) >= edge.nextDown ? 1 : .infinity
    }
    if abs(exact) < Double(Float.leastNormalMagnitude) {
      return abs(result) <= Float.leastNormalMagnitude ? 0 : .infinity
    }
    return abs(Double(result) - exact) / Double(nearest.ulp)
  }
}
