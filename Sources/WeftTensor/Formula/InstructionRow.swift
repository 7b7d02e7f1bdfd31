import Glibc

/// What an instruction is, and its derivative.
///
/// Note: NaN in derivatives. A NaN stays visible: where an input is NaN, so is its gradient and its tangent. A derivative
/// that is computed from the input is NaN of itself. One that is chosen by comparing it (the sides of `maximum`, the
/// branches of an activation) must not take a comparison with NaN, which is never true, for a side: `keepingNaN` says so.
/// Only where the derivative is the same for every value of the input (of x in x + y, in x·y, in a branch that another
/// input chooses, in steps that are flat) does a NaN not count. The contract holds every elementwise operation to it.
struct InstructionRow: Sendable {
  /// Its value, of one Double for each operand; of a reduction, of a row's elements.
  let value: @Sendable ([Double]) -> Double
  /// What each operand contributes to the gradient, given the operands, the result `y` and its gradient `g`; nil where
  /// the derivative is zero everywhere (or undefined, as at the jumps of `floor`).
  let adjoints: @Sendable (_ x: [Expression], _ y: Expression, _ g: Expression) -> [Expression?]

  init(
    _ value: @escaping @Sendable ([Double]) -> Double,
    _ adjoints: @escaping @Sendable (_ x: [Expression], _ y: Expression, _ g: Expression) -> [Expression?]
  ) {
    (self.value, self.adjoints) = (value, adjoints)
  }

  /// A smooth function of one operand, by its slope.
  static func unary(
    _ value: @escaping @Sendable (Double) -> Double,
    _ slope: @escaping @Sendable (_ x: Expression, _ y: Expression) -> Expression
  ) -> InstructionRow {
    InstructionRow({ value($0[0]) }) { x, y, g in [g * slope(x[0], y)] }
  }

  static func binary(
    _ value: @escaping @Sendable (Double, Double) -> Double,
    _ adjoints:
      @escaping @Sendable (_ a: Expression, _ b: Expression, _ y: Expression, _ g: Expression) -> [Expression?]
  ) -> InstructionRow {
    InstructionRow({ value($0[0], $0[1]) }) { x, y, g in adjoints(x[0], x[1], y, g) }
  }

  /// A function of one operand that is flat wherever it has a derivative.
  static func step(_ value: @escaping @Sendable (Double) -> Double) -> InstructionRow {
    InstructionRow({ value($0[0]) }) { _, _, _ in [nil] }
  }

  static func stepOfTwo(_ value: @escaping @Sendable (Double, Double) -> Double) -> InstructionRow {
    InstructionRow({ value($0[0], $0[1]) }) { _, _, _ in [nil, nil] }
  }

  /// 1 where it holds, 0 elsewhere.
  static func truth(_ isTrue: @escaping @Sendable (Double, Double) -> Bool) -> InstructionRow {
    InstructionRow({ isTrue($0[0], $0[1]) ? 1 : 0 }) { _, _, _ in [nil, nil] }
  }

  static func integral(_ value: @escaping @Sendable (Int64, Int64) -> Int64) -> InstructionRow {
    InstructionRow({ Double(value(Int64(clamping: $0[0]), Int64(clamping: $0[1]))) }) { _, _, _ in [nil, nil] }
  }

  /// Its value of two operands.
  var ofTwo: @Sendable (Double, Double) -> Double { { [value] in value([$0, $1]) } }
}

// Values that take more than a line.
extension InstructionRow {
  static func exponent(_ x: Double) -> Double { x.isFinite && x != 0 ? Double(x.exponent + 1) : 0 }

  static func significand(_ x: Double) -> Double {
    x.isFinite && x != 0 ? Glibc.scalbn(x, -Int32(exponent(x))) : x
  }

  static func divisor(_ a: UInt64, _ b: UInt64) -> UInt64 { b == 0 ? a : divisor(b, a % b) }
}

/// Instructions on single numbers, for definitions in plain loops.
enum ScalarFunctions {
  static func unary(_ operation: Instruction, _ x: Double) -> Double { operation.row.value([x]) }
  static func binary(_ operation: Instruction, _ a: Double, _ b: Double) -> Double { operation.row.value([a, b]) }
}
