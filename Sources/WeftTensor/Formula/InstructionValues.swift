import Glibc

// Values that take more than a line.
extension InstructionRow {
  static func exponent(_ x: Double) -> Double { x.isFinite && x != 0 ? Double(x.exponent + 1) : 0 }

  static func significand(_ x: Double) -> Double {
    x.isFinite && x != 0 ? Glibc.scalbn(x, -Int32(exponent(x))) : x
  }

  /// c of the way from a to b.
  static func lerp(_ x: [Double]) -> Double {
    let (a, b, c, way) = (x[0], x[1], x[2], x[1] - x[0])
    if way.isFinite { return c < 0.5 ? a + c * way : b - way * (1 - c) }
    if a.isNaN || b.isNaN { return way }
    return c == 0 || (a == b && c != 1) ? a : c == 1 ? b : a * (1 - c) + b * c
  }

  static func divisor(_ a: UInt64, _ b: UInt64) -> UInt64 { b == 0 ? a : divisor(b, a % b) }
}

/// Instructions on single numbers, for definitions in plain loops.
enum ScalarFunctions {
  static func unary(_ operation: Instruction, _ x: Double) -> Double { operation.row.value([x]) }
  static func binary(_ operation: Instruction, _ a: Double, _ b: Double) -> Double { operation.row.value([a, b]) }
}
