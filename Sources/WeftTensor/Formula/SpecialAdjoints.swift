// The derivatives of the special functions (Abramowitz and Stegun 1964).

extension Instruction {
  /// dy/dx of the special functions of one operand.
  func specialSlope(_ x: Expression, _ y: Expression) -> Expression {
    switch self {
    case .logGamma: WeftTensor.digamma(x)
    case .digamma: WeftTensor.zeta(2, x)
    case .erfInverse: 0.886226925452758 * WeftTensor.exp(y * y)
    case .erfcScaled: 2 * x * y - 1.1283791670955126
    case .normalQuantile: 2.5066282746310002 * WeftTensor.exp(0.5 * y * y)
    case .significand: keepingNaN(WeftTensor.exp2(-WeftTensor.exponent(x)), of: x)
    default: besselSlope(x, y)
    }
  }

  private func besselSlope(_ x: Expression, _ y: Expression) -> Expression {
    switch self {
    case .besselI0: WeftTensor.besselI1(x)
    case .besselI0Scaled: WeftTensor.besselI1Scaled(x) - WeftTensor.sign(x) * y
    case .besselI1: atZero(x, WeftTensor.besselI0(x) - y / nonzero(x))
    case .besselI1Scaled: atZero(x, WeftTensor.besselI0Scaled(x) - y * WeftTensor.sign(x) - y / nonzero(x))
    case .besselJ0: -WeftTensor.besselJ1(x)
    case .besselJ1: atZero(x, WeftTensor.besselJ0(x) - y / nonzero(x))
    case .besselY0: -WeftTensor.besselY1(x)
    case .besselY1: WeftTensor.besselY0(x) - y / x
    default: preconditionFailure("\(self) has no derivative rule")
    }
  }

  /// The slope of the functions of order 1: its limit at 0 is 1/2.
  private func atZero(_ x: Expression, _ slope: Expression) -> Expression { Expression(.select, x .== 0, 0.5, slope) }
  private func nonzero(_ x: Expression) -> Expression { Expression(.select, x .== 0, 1, x) }

  /// Of two operands. Zeta and the gamma integrals have no derivative in the first, which their operations refuse.
  func specialAdjoints(_ a: Expression, _ b: Expression, _ g: Expression) -> [Expression?] {
    switch self {
    case .fmod: [g, -(g * WeftTensor.trunc(a / b))]
    case .zeta: [nil, -(g * a * WeftTensor.zeta(a + 1, b))]
    case .gammaLower: [nil, g * gammaDensity(a, b)]
    case .gammaUpper: [nil, -(g * gammaDensity(a, b))]
    default: preconditionFailure("\(self) has no derivative rule")
    }
  }

  /// xᵃ⁻¹ e⁻ˣ / Γ(a).
  private func gammaDensity(_ a: Expression, _ x: Expression) -> Expression {
    let power = Expression(.select, a .== 1, 0, (a - 1) * WeftTensor.log(x))
    return WeftTensor.exp(power - x - WeftTensor.logGamma(a))
  }
}
