/// The vector instructions formulas are made of. The raw values are those of `weft_opcode` in CWeft.
package enum Instruction: UInt16, Hashable, Sendable, CaseIterable {
  // f(a)
  case copy, negate, abs, sign, floor, ceil, trunc, round, sqrt, rsqrt, reciprocal
  case exp, exp2, expm1, log, log2, log10, log1p
  case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh
  case erf, erfc, sigmoid
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
  case select, multiplyAdd
  // over the row
  case rowSum, rowProduct, rowMaximum, rowMinimum

  /// Whether it exists for integers alone.
  package var isIntegral: Bool { rawValue >= Instruction.bitAnd.rawValue && rawValue <= Instruction.lcm.rawValue }

  package var isRowReduction: Bool { rawValue >= Instruction.rowSum.rawValue }
}
