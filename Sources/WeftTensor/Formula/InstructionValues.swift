import Glibc

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
