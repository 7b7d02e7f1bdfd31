import CWeft
import Glibc

/// The vector instructions that formulas are made of: the one place in Swift where an instruction is listed, by its case
/// and its row below. The C side is a row of weft_instructions.h, in the same order; a test compares the two.
///
/// Note: Formulas. An expression is made of instructions, and what an instruction's derivative is, is said in expressions:
/// the three types of this file are one idea.
package enum Instruction: UInt16, Hashable, Sendable, CaseIterable {
  // f(a)
  case copy, negate, abs, sign, floor, ceil, trunc, round, sqrt, rsqrt, reciprocal
  case exp, exp2, expm1, log, log2, log10, log1p
  case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh
  case erf, erfc, sigmoid, hardSigmoid
  case logGamma, digamma, erfInverse, erfcScaled, normalQuantile
  case besselI0, besselI0Scaled, besselI1, besselI1Scaled, besselJ0, besselJ1, besselY0, besselY1
  case significand, exponent
  case isNaN, isInfinite, isFinite, not
  // f(a, b)
  case add, subtract, multiply, divide, floorDivide, remainder, pow, atan2, minimum, maximum
  case equal, notEqual, less, lessEqual, greater, greaterEqual, and, or, xor
  case fmod, zeta, nextAfter, gammaLower, gammaUpper
  case bitAnd, bitOr, bitXor, shiftLeft, shiftRight, gcd, lcm
  // f(a, b, c)
  case select, multiplyAdd, lerp, leak
  // f(a, b, c, d)
  case replaceNonfinite
  // over the row
  case rowSum, rowProduct, rowMaximum, rowMinimum

  /// Whether it exists for integers alone.
  package var isIntegral: Bool { rawValue >= Instruction.bitAnd.rawValue && rawValue <= Instruction.lcm.rawValue }

  package var isRowReduction: Bool { rawValue >= Instruction.rowSum.rawValue }

  /// The name that C gives this number, which is this instruction's there.
  package var nameInC: String? { weft_opcode_name(Int32(rawValue)).map { String(cString: $0) } }
  /// How many instructions C has.
  package static var countInC: Int { Int(WEFT_OP_COUNT.rawValue) }
}

/// A value inside a formula: an expression over the formula's inputs, built with ordinary operators.
public struct Expression: Sendable {
  let node: ExpressionNode

  init(_ node: ExpressionNode) { self.node = node }
  package init(_ operation: Instruction, _ operands: Expression...) {
    node = ExpressionNode(.operation(operation), operands.map(\.node))
  }

  /// The same number everywhere.
  public init(_ value: Double) { node = ExpressionNode(.constant(value), []) }

  static func input(_ index: Int) -> Expression { Expression(ExpressionNode(.input(index), [])) }
  static func parameter(_ index: Int) -> Expression { Expression(ExpressionNode(.parameter(index), [])) }

  /// The element's place in its row, from 0.
  public static let position = Expression(ExpressionNode(.position, []))
  /// The number of elements in the row.
  public static let rowLength = Expression(ExpressionNode(.rowLength, []))

  var constant: Double? {
    if case .constant(let value) = node.kind { value } else { nil }
  }
}

/// A vertex of an expression; shared where the program shares the value.
package final class ExpressionNode: Sendable {
  package enum Kind: Hashable, Sendable {
    case input(Int)
    case parameter(Int)
    case constant(Double)
    case position
    case rowLength
    case operation(Instruction)
    /// The operand's value, with no derivative.
    case detached
  }

  package let kind: Kind
  let operands: [ExpressionNode]

  init(_ kind: Kind, _ operands: [ExpressionNode]) {
    self.kind = kind
    self.operands = operands
  }
}

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

// The rows: what an instruction is on single Doubles, plainly and independent of the tile engine, by the C library where
// it has it (the special functions that it lacks are CWeft's own here too, and compared with what others computed); and
// its derivative. The rules are under `Note: NaN in derivatives` above.
extension Instruction {
  var row: InstructionRow { Self.rows[Int(rawValue)] }

  private static let rows = allCases.map(\.writtenRow)

  private var writtenRow: InstructionRow {
    switch self {
    case .copy: InstructionRow({ $0[0] }) { _, _, g in [g] }
    case .negate: .unary({ -$0 }) { _, _ in -1 }
    case .abs: .unary({ Swift.abs($0) }) { x, _ in WeftTensor.sign(x) }  // 0 at 0
    case .sqrt: .unary({ $0.squareRoot() }) { _, y in 0.5 / y }
    case .rsqrt: .unary({ 1 / $0.squareRoot() }) { _, y in -0.5 * y * y * y }
    case .reciprocal: .unary({ 1 / $0 }) { _, y in -(y * y) }
    case .exp: .unary({ Glibc.exp($0) }) { _, y in y }
    case .exp2: .unary({ Glibc.exp2($0) }) { _, y in y * 0.6931471805599453 }
    case .expm1: .unary({ Glibc.expm1($0) }) { x, _ in WeftTensor.exp(x) }  // y + 1 cancels far below 0
    // The reciprocal of a subnormal number overflows, where its quotient need not.
    case .log: InstructionRow({ Glibc.log($0[0]) }) { x, _, g in [g / x[0]] }
    case .log2: InstructionRow({ Glibc.log2($0[0]) }) { x, _, g in [g * 1.4426950408889634 / x[0]] }
    case .log10: InstructionRow({ Glibc.log10($0[0]) }) { x, _, g in [g * 0.4342944819032518 / x[0]] }
    case .log1p: InstructionRow({ Glibc.log1p($0[0]) }) { x, _, g in [g / (x[0] + 1)] }
    case .erf: .unary({ Glibc.erf($0) }) { x, _ in 1.1283791670955126 * WeftTensor.exp(-(x * x)) }
    case .erfc: .unary({ Glibc.erfc($0) }) { x, _ in -1.1283791670955126 * WeftTensor.exp(-(x * x)) }
    case .sigmoid:
      .unary({ $0 >= 0 ? 1 / (1 + Glibc.exp(-$0)) : Glibc.exp($0) / (1 + Glibc.exp($0)) }) { _, y in y * (1 - y) }
    default: flatRow
    }
  }

  /// Of steps, whose derivative is zero wherever there is one.
  private var flatRow: InstructionRow {
    switch self {
    case .sign: .step { $0.isNaN ? $0 : $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
    case .floor: .step { Glibc.floor($0) }
    case .ceil: .step { Glibc.ceil($0) }
    case .trunc: .step { Glibc.trunc($0) }
    case .round: .step { Glibc.rint($0) }
    case .exponent: .step(InstructionRow.exponent)
    case .isNaN: .step { $0.isNaN ? 1 : 0 }
    case .isInfinite: .step { $0.isInfinite ? 1 : 0 }
    case .isFinite: .step { $0.isFinite ? 1 : 0 }
    case .not: .step { $0 == 0 ? 1 : 0 }
    case .equal: .truth { $0 == $1 }
    case .notEqual: .truth { $0 != $1 }
    case .less: .truth { $0 < $1 }
    case .lessEqual: .truth { $0 <= $1 }
    case .greater: .truth { $0 > $1 }
    case .greaterEqual: .truth { $0 >= $1 }
    case .and: .truth { $0 != 0 && $1 != 0 }
    case .or: .truth { $0 != 0 || $1 != 0 }
    case .xor: .truth { ($0 != 0) != ($1 != 0) }
    case .floorDivide: .stepOfTwo { Glibc.floor($0 / $1) }
    case .nextAfter: .stepOfTwo { Glibc.nextafter($0, $1) }
    case .bitAnd: .integral { $0 & $1 }
    case .bitOr: .integral { $0 | $1 }
    case .bitXor: .integral { $0 ^ $1 }
    case .shiftLeft: .integral { $1 < 0 ? 0 : $0 << $1 }
    case .shiftRight: .integral { $0 >> ($1 < 0 ? 63 : $1) }
    case .gcd: .integral { Int64(clamping: Double(InstructionRow.divisor($0.magnitude, $1.magnitude))) }
    case .lcm:
      .integral {
        $0 == 0 || $1 == 0 ? 0 : Swift.abs($0 / Int64(InstructionRow.divisor($0.magnitude, $1.magnitude)) * $1)
      }
    default: circularRow
    }
  }

  private var circularRow: InstructionRow {
    switch self {
    case .sin: .unary({ Glibc.sin($0) }) { x, _ in WeftTensor.cos(x) }
    case .cos: .unary({ Glibc.cos($0) }) { x, _ in -WeftTensor.sin(x) }
    case .tan: .unary({ Glibc.tan($0) }) { _, y in 1 + y * y }
    case .asin: .unary({ Glibc.asin($0) }) { x, _ in WeftTensor.rsqrt(oneLessSquare(x)) }
    case .acos: .unary({ Glibc.acos($0) }) { x, _ in -WeftTensor.rsqrt(oneLessSquare(x)) }
    case .atan: .unary({ Glibc.atan($0) }) { x, _ in 1 / (1 + x * x) }
    case .sinh: .unary({ Glibc.sinh($0) }) { x, _ in WeftTensor.cosh(x) }
    case .cosh: .unary({ Glibc.cosh($0) }) { x, _ in WeftTensor.sinh(x) }
    // Of the result, which is there anyway: far from 0 it is 0 a little early.
    case .tanh: .unary({ Glibc.tanh($0) }) { _, y in 1 - y * y }
    case .asinh: .unary({ Glibc.asinh($0) }) { x, _ in inverseRoot(x, 1) }
    case .acosh: .unary({ Glibc.acosh($0) }) { x, _ in inverseRoot(x, -1) }
    case .atanh: .unary({ Glibc.atanh($0) }) { x, _ in 1 / oneLessSquare(x) }
    case .atan2: .binary({ Glibc.atan2($0, $1) }) { y, x, _, g in angleAdjoints(y, x, g) }
    default: specialRow
    }
  }

  /// Abramowitz and Stegun, 1964. Zeta and the gamma integrals have no derivative in the first operand, which their
  /// operations refuse.
  private var specialRow: InstructionRow {
    switch self {
    case .logGamma: .unary(weft_log_gamma) { x, _ in WeftTensor.digamma(x) }
    case .digamma: .unary(weft_digamma) { x, _ in WeftTensor.zeta(2, x) }
    case .erfInverse: .unary(weft_erf_inverse) { _, y in 0.886226925452758 * WeftTensor.exp(y * y) }
    case .erfcScaled: .unary(weft_erfc_scaled) { x, y in erfcScaledSlope(x, y) }
    case .normalQuantile: .unary(weft_normal_quantile) { _, y in 2.5066282746310002 * WeftTensor.exp(0.5 * y * y) }
    case .besselI0: .unary(weft_bessel_i0) { x, _ in WeftTensor.besselI1(x) }
    case .besselI0Scaled:
      .unary(weft_bessel_i0_scaled) { x, y in
        let near = WeftTensor.besselI1Scaled(x) - WeftTensor.sign(x) * y
        return WeftTensor.select(isFarForBessel(x), WeftTensor.sign(x) * besselI0ScaledSlope(x), near)
      }
    case .besselI1: .unary(weft_bessel_i1) { x, y in WeftTensor.besselI0(x) - besselQuotient(y, x, turning: 1) }
    case .besselI1Scaled:
      .unary(weft_bessel_i1_scaled) { x, y in
        let scale = WeftTensor.exp(-WeftTensor.minimum(WeftTensor.abs(x), 1))
        let quotient = besselQuotient(y, x, turning: 1, scale: scale)
        let near = WeftTensor.besselI0Scaled(x) - y * WeftTensor.sign(x) - quotient
        return WeftTensor.select(isFarForBessel(x), besselI1ScaledSlope(x), near)
      }
    case .besselJ0: .unary({ Glibc.j0($0) }) { x, _ in -WeftTensor.besselJ1(x) }
    case .besselJ1: .unary({ Glibc.j1($0) }) { x, y in WeftTensor.besselJ0(x) - besselQuotient(y, x, turning: -1) }
    case .besselY0: .unary({ Glibc.y0($0) }) { x, _ in -WeftTensor.besselY1(x) }
    case .besselY1: .unary({ Glibc.y1($0) }) { x, y in WeftTensor.besselY0(x) - y / x }
    case .significand:
      .unary(InstructionRow.significand) { x, _ in keepingNaN(WeftTensor.exp2(-WeftTensor.exponent(x)), of: x) }
    case .zeta: .binary(weft_zeta) { a, b, _, g in [nil, -(g * a * WeftTensor.zeta(a + 1, b))] }
    case .gammaLower: .binary(weft_gamma_lower) { a, b, _, g in [nil, g * gammaDensity(a, b)] }
    case .gammaUpper: .binary(weft_gamma_upper) { a, b, _, g in [nil, -(g * gammaDensity(a, b))] }
    default: arithmeticRow
    }
  }

  private var arithmeticRow: InstructionRow {
    switch self {
    case .add: .binary({ $0 + $1 }) { _, _, _, g in [g, g] }
    case .subtract: .binary({ $0 - $1 }) { _, _, _, g in [g, -g] }
    case .multiply: .binary({ $0 * $1 }) { a, b, _, g in [g * b, g * a] }
    case .divide: .binary({ $0 / $1 }) { _, b, y, g in [g / b, -(g * y / b)] }
    // floor(a / b) would be 0 for a negative quotient that underflows; that of `floorDivide` is -1.
    case .remainder:
      .binary({ $0 - $1 * Glibc.floor($0 / $1) }) { a, b, _, g in [g, -(g * WeftTensor.floorDivide(a, b))] }
    case .fmod: .binary({ Glibc.fmod($0, $1) }) { a, b, _, g in [g, -(g * WeftTensor.trunc(a / b))] }
    case .pow: .binary({ Glibc.pow($0, $1) }, powerAdjoints)
    // Equal operands share the gradient.
    case .minimum:
      .binary({ $0.isNaN || $1.isNaN ? .nan : Swift.min($0, $1) }) { a, b, _, g in
        [g * share(a .< b, b .< a, a, b), g * share(b .< a, a .< b, a, b)]
      }
    case .maximum:
      .binary({ $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1) }) { a, b, _, g in
        [g * share(a .> b, b .> a, a, b), g * share(b .> a, a .> b, a, b)]
      }
    case .select:
      InstructionRow({ $0[0] != 0 ? $0[1] : $0[2] }) { x, _, g in [nil, choose(x[0], g, 0), choose(x[0], 0, g)] }
    case .multiplyAdd: InstructionRow({ $0[0] * $0[1] + $0[2] }) { x, _, g in [g * x[1], g * x[0], g] }
    default: pieceRow
    }
  }

  /// Of lines in pieces.
  private var pieceRow: InstructionRow {
    switch self {
    case .hardSigmoid:
      .unary({ $0.isNaN ? $0 : Swift.min(Swift.max($0 + 3, 0), 6) / 6 }) { x, _ in
        choose(x .> -3, choose(x .< 3, 1.0 / 6, 0), keepingNaN(0, of: x))
      }
    case .lerp:
      InstructionRow(InstructionRow.lerp) { x, _, g in [g * (1 - x[2]), g * x[2], g * (x[1] - x[0])] }
    case .leak:
      InstructionRow({ $0[0] > 0 ? $0[1] : $0[0].isNaN ? $0[0] : $0[1] * $0[2] }) { x, _, g in
        [nil, WeftTensor.leak(x[0], g, x[2]), g * choose(x[0] .> 0, 0, keepingNaN(x[1], of: x[0]))]
      }
    case .replaceNonfinite:
      InstructionRow({ $0[0].isNaN ? $0[1] : $0[0].isFinite ? $0[0] : $0[0] > 0 ? $0[2] : $0[3] }) { x, _, g in
        [
          choose(WeftTensor.isFinite(x[0]), g, 0), choose(WeftTensor.isNaN(x[0]), g, 0),
          choose(x[0] .== Expression(.infinity), g, 0), choose(x[0] .== Expression(-.infinity), g, 0),
        ]
      }
    default: overRow
    }
  }

  /// Of a whole row's elements.
  private var overRow: InstructionRow {
    switch self {
    case .rowSum: InstructionRow({ $0.reduce(0, +) }) { _, _, g in [g] }
    case .rowProduct: InstructionRow({ $0.reduce(1, *) }) { x, y, g in [g * y / x[0]] }
    case .rowMaximum:
      InstructionRow({ $0.reduce(-.infinity, Instruction.maximum.writtenRow.ofTwo) }) { x, y, g in
        [sharedAmongTies(x[0], y, g)]
      }
    case .rowMinimum:
      InstructionRow({ $0.reduce(.infinity, Instruction.minimum.writtenRow.ofTwo) }) { x, y, g in
        [sharedAmongTies(x[0], y, g)]
      }
    default: preconditionFailure("\(self) has no row")
    }
  }
}
