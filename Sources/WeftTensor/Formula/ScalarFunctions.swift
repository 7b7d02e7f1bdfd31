import Glibc

/// Every instruction on single Doubles, by the C library: slow, plain and independent of the tile engine.
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
    default: preconditionFailure("\(operation) is no function of one number")
    }
  }

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
    default: truth(operation, a, b) ? 1 : 0
    }
  }

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
