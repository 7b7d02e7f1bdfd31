import CWeft
import Glibc

/// Every instruction on single Doubles, by the C library: slow, plain and independent of the tile engine. (The special
/// functions that the C library lacks are CWeft's own here too; they are compared with what others computed.)
enum ScalarFunctions {
  static func unary(_ operation: Instruction, _ x: Double) -> Double {
    switch operation {
    case .copy: x
    case .negate: -x
    case .abs: Swift.abs(x)
    case .sign: x.isNaN ? x : x > 0 ? 1 : x < 0 ? -1 : 0
    case .floor: Glibc.floor(x)
    case .ceil: Glibc.ceil(x)
    case .trunc: Glibc.trunc(x)
    case .round: Glibc.rint(x)
    case .sqrt: x.squareRoot()
    case .rsqrt: 1 / x.squareRoot()
    case .reciprocal: 1 / x
    case .erf: Glibc.erf(x)
    case .erfc: Glibc.erfc(x)
    case .sigmoid: x >= 0 ? 1 / (1 + Glibc.exp(-x)) : Glibc.exp(x) / (1 + Glibc.exp(x))
    case .isNaN: x.isNaN ? 1 : 0
    case .isInfinite: x.isInfinite ? 1 : 0
    case .isFinite: x.isFinite ? 1 : 0
    case .not: x == 0 ? 1 : 0
    default: transcendental(operation, x)
    }
  }

  private static func transcendental(_ operation: Instruction, _ x: Double) -> Double {
    switch operation {
    case .exp: Glibc.exp(x)
    case .exp2: Glibc.exp2(x)
    case .expm1: Glibc.expm1(x)
    case .log: Glibc.log(x)
    case .log2: Glibc.log2(x)
    case .log10: Glibc.log10(x)
    case .log1p: Glibc.log1p(x)
    case .sin: Glibc.sin(x)
    case .cos: Glibc.cos(x)
    case .tan: Glibc.tan(x)
    case .asin: Glibc.asin(x)
    case .acos: Glibc.acos(x)
    case .atan: Glibc.atan(x)
    case .sinh: Glibc.sinh(x)
    case .cosh: Glibc.cosh(x)
    case .tanh: Glibc.tanh(x)
    case .asinh: Glibc.asinh(x)
    case .acosh: Glibc.acosh(x)
    case .atanh: Glibc.atanh(x)
    default: special(operation, x)
    }
  }

  private static func special(_ operation: Instruction, _ x: Double) -> Double {
    switch operation {
    case .logGamma: weft_log_gamma(x)
    case .digamma: weft_digamma(x)
    case .erfInverse: weft_erf_inverse(x)
    case .erfcScaled: weft_erfc_scaled(x)
    case .normalQuantile: weft_normal_quantile(x)
    case .besselI0: weft_bessel_i0(x)
    case .besselI0Scaled: weft_bessel_i0_scaled(x)
    case .besselI1: weft_bessel_i1(x)
    case .besselI1Scaled: weft_bessel_i1_scaled(x)
    case .besselJ0: Glibc.j0(x)
    case .besselJ1: Glibc.j1(x)
    case .besselY0: Glibc.y0(x)
    case .besselY1: Glibc.y1(x)
    case .significand: x.isFinite && x != 0 ? Glibc.scalbn(x, -Int32(exponent(x))) : x
    case .exponent: exponent(x)
    default: preconditionFailure("\(operation) is no function of one number")
    }
  }

  private static func exponent(_ x: Double) -> Double { x.isFinite && x != 0 ? Double(x.exponent + 1) : 0 }

  static func binary(_ operation: Instruction, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .floorDivide: Glibc.floor(a / b)
    case .remainder: a - b * Glibc.floor(a / b)
    case .pow: Glibc.pow(a, b)
    case .atan2: Glibc.atan2(a, b)
    case .minimum: a.isNaN || b.isNaN ? .nan : Swift.min(a, b)
    case .maximum: a.isNaN || b.isNaN ? .nan : Swift.max(a, b)
    case .fmod: Glibc.fmod(a, b)
    case .zeta: weft_zeta(a, b)
    case .nextAfter: Glibc.nextafter(a, b)
    case .gammaLower: weft_gamma_lower(a, b)
    case .gammaUpper: weft_gamma_upper(a, b)
    default:
      operation.isIntegral
        ? Double(integral(operation, Int64(clamping: a), Int64(clamping: b))) : truth(operation, a, b) ? 1 : 0
    }
  }

  private static func integral(_ operation: Instruction, _ a: Int64, _ b: Int64) -> Int64 {
    switch operation {
    case .bitAnd: a & b
    case .bitOr: a | b
    case .bitXor: a ^ b
    case .shiftLeft: b < 0 ? 0 : a << b
    case .shiftRight: a >> (b < 0 ? 63 : b)
    case .gcd: Int64(clamping: Double(divisor(a.magnitude, b.magnitude)))
    case .lcm: a == 0 || b == 0 ? 0 : Swift.abs(a / Int64(divisor(a.magnitude, b.magnitude)) * b)
    default: preconditionFailure("\(operation) is no function of two integers")
    }
  }

  private static func divisor(_ a: UInt64, _ b: UInt64) -> UInt64 { b == 0 ? a : divisor(b, a % b) }

  private static func truth(_ operation: Instruction, _ a: Double, _ b: Double) -> Bool {
    switch operation {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessEqual: a <= b
    case .greater: a > b
    case .greaterEqual: a >= b
    case .and: a != 0 && b != 0
    case .or: a != 0 || b != 0
    case .xor: (a != 0) != (b != 0)
    default: preconditionFailure("\(operation) is no function of two numbers")
    }
  }
}
