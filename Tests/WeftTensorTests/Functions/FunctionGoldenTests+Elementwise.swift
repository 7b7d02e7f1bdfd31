import Testing
import WeftTensor

extension FunctionGoldenTests {
  static let elementwise: [String: Call] = [
    "fmod": { x in [fmod(x[0], x[1])] },
    "fmod of integers": { x in [fmod(x[0], x[1])] },
    "remainder": { x in [x[0] % x[1]] },
    "floorDivided": { x in [x[0].floorDivided(by: x[1])] },
    "truncatedDivided": { x in [x[0].truncatedDivided(by: x[1])] },
    "truncatedDivided integers": { x in [x[0].truncatedDivided(by: x[1])] },
    "withSign": { x in [x[0].withSign(of: x[1])] },
    "withSign, gradients": { x in [x[0].withSign(of: x[1])] },
    "signBit": { x in [x[0].signBit()] },
    "fractionalPart": { x in [x[0].fractionalPart()] },
    "replacingNonfinite": { x in [x[0].replacingNonfinite()] },
    "replacingNonfinite chosen": { x in
      [x[0].replacingNonfinite(nan: 1, positiveInfinity: 2, negativeInfinity: 3)]
    },
    "isPositiveInfinity": { x in [x[0].isPositiveInfinity()] },
    "isNegativeInfinity": { x in [x[0].isNegativeInfinity()] },
    "elementsClose": { x in [x[0].elementsClose(to: x[1], relative: 0.1, absolute: 0.01, nanIsEqual: true)] },
    "frexp": { x in
      let parts = x[0].frexp()
      return [parts.significand, parts.exponent]
    },
    "ldexp": { x in [x[0].ldexp(x[1])] },
    "nextAfter": { x in [x[0].nextAfter(towards: x[1])] },
    "addingProduct": { x in [x[0].addingProduct(x[1], x[2], value: -0.5)] },
    "addingQuotient": { x in [x[0].addingQuotient(x[1], x[2], value: 2.5)] },
    "clamped": { x in [x[0].clamped(low: x[1], high: x[2])] },
    "clamped, bounds crossed": { x in [x[0].clamped(low: x[1], high: x[2])] },
    "heaviside": { x in [x[0].heaviside(x[1])] },
    "fmax": { x in [fmax(x[0], x[1])] },
    "fmin": { x in [fmin(x[0], x[1])] },
    "rounded decimals": { x in [(x[0] * 3).rounded(decimals: 1)] },
    "rounded tens": { x in [(x[0] * 1000).rounded(decimals: -2)] },
    "floatPower": { x in [x[0].floatPower(x[1])] },
  ]

  static let bits: [String: Call] = [
    "gcd": { x in [gcd(x[0], x[1])] },
    "lcm": { x in [lcm(x[0], x[1])] },
    "bitwiseAnd": { x in [x[0].bitwiseAnd(x[1])] },
    "bitwiseOr": { x in [x[0].bitwiseOr(x[1])] },
    "bitwiseXor": { x in [x[0].bitwiseXor(x[1])] },
    "bitwiseNot": { x in [x[0].bitwiseNot()] },
    "bitsShiftedLeft": { x in [x[0].bitsShiftedLeft(by: x[1])] },
    "bitsShiftedRight": { x in [x[0].bitsShiftedRight(by: x[1])] },
  ]
}
