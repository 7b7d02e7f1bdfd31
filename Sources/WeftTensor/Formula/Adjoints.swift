// The derivative of each instruction.
//
// Note: NaN in derivatives. A NaN stays visible: where an input is NaN, so is its gradient and its tangent. A derivative
// that is computed from the input is NaN of itself. One that is chosen by comparing it (the sides of `maximum`, the
// branches of an activation) must not take a comparison with NaN, which is never true, for a side: `keepingNaN` says so.
// Only where the derivative is the same for every value of the input (of x in x + y, in x·y, in a branch that another
// input chooses, in steps that are flat) does a NaN not count. The contract holds every elementwise operation to it.

extension Instruction {
  /// What each operand contributes to the gradient, given the operands, the result `y` and its gradient `g`; nil where
  /// the derivative is zero everywhere (or undefined, as at the jumps of `floor`).
  func adjoints(_ x: [Expression], result y: Expression, _ g: Expression) -> [Expression?] {
    switch self {
    case .copy: [g]
    case .sign, .floor, .ceil, .trunc, .round, .isNaN, .isInfinite, .isFinite, .not, .exponent: [nil]
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .and, .or, .xor, .floorDivide, .nextAfter:
      [nil, nil]
    case .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight, .gcd, .lcm: [nil, nil]
    case .fmod, .zeta, .gammaLower, .gammaUpper: specialAdjoints(x[0], x[1], g)
    case .select: [nil, weft_select(x[0], g, 0), weft_select(x[0], 0, g)]
    case .multiplyAdd: [g * x[1], g * x[0], g]
    case .add, .subtract, .multiply, .divide, .remainder, .pow, .atan2, .minimum, .maximum:
      binaryAdjoints(x[0], x[1], y, g)
    case .rowSum: [g]
    case .rowProduct: [g * y / x[0]]
    case .rowMaximum, .rowMinimum: [sharedAmongTies(x[0], y, g)]
    default: [g * slope(x[0], y)]
    }
  }

  /// dy/dx of the smooth functions of one operand.
  private func slope(_ x: Expression, _ y: Expression) -> Expression {
    switch self {
    case .negate: -1
    case .abs: WeftTensor.sign(x)  // 0 at 0
    case .sqrt: 0.5 / y
    case .rsqrt: -0.5 * y * y * y
    case .reciprocal: -(y * y)
    case .exp: y
    case .exp2: y * 0.6931471805599453
    case .expm1: WeftTensor.exp(x)  // y + 1 cancels far below 0
    case .log: 1 / x
    case .log2: 1.4426950408889634 / x
    case .log10: 0.4342944819032518 / x
    case .log1p: 1 / (x + 1)
    case .erf: 1.1283791670955126 * WeftTensor.exp(-(x * x))
    case .erfc: -1.1283791670955126 * WeftTensor.exp(-(x * x))
    case .sigmoid: y * (1 - y)
    default: circularSlope(x, y)
    }
  }

  private func circularSlope(_ x: Expression, _ y: Expression) -> Expression {
    switch self {
    case .sin: WeftTensor.cos(x)
    case .cos: -WeftTensor.sin(x)
    case .tan: 1 + y * y
    case .asin: WeftTensor.rsqrt(1 - x * x)
    case .acos: -WeftTensor.rsqrt(1 - x * x)
    case .atan: 1 / (1 + x * x)
    case .sinh: WeftTensor.cosh(x)
    case .cosh: WeftTensor.sinh(x)
    case .tanh: 1 - y * y
    case .asinh: inverseRoot(x, 1)
    case .acosh: inverseRoot(x, -1)
    case .atanh: 1 / (1 - x * x)
    default: specialSlope(x, y)
    }
  }

  private func binaryAdjoints(
    _ a: Expression, _ b: Expression, _ y: Expression, _ g: Expression
  ) -> [Expression?] {
    switch self {
    case .add: [g, g]
    case .subtract: [g, -g]
    case .multiply: [g * b, g * a]
    case .divide: [g / b, -(g * y / b)]
    case .remainder: [g, -(g * WeftTensor.floor(a / b))]
    case .pow:
      // 0⁰ and 0ᵇ: the slopes that are limits of 0·∞ are 0, and so are their own slopes. A number whose inverse
      // overflows counts as 0.
      [
        g * b * WeftTensor.pow(weft_select(WeftTensor.isInfinite(1 / a) .& (b .== 0), 1, a), b - 1),
        g * y * WeftTensor.log(weft_select((a .== 0) .& (b .>= 0), 1, a)),
      ]
    case .atan2: angleAdjoints(a, b, g)
    // Equal operands share the gradient.
    case .minimum: [g * share(a .< b, b .< a, a, b), g * share(b .< a, a .< b, a, b)]
    case .maximum: [g * share(a .> b, b .> a, a, b), g * share(b .> a, a .> b, a, b)]
    default: preconditionFailure("\(self) has no derivative rule")
    }
  }

  /// 1 / √(x² + c), also where the square overflows: there c is nothing beside it.
  private func inverseRoot(_ x: Expression, _ c: Expression) -> Expression {
    let size = WeftTensor.abs(x)
    return weft_select(size .> 1e10, 1 / size, WeftTensor.rsqrt(x * x + c))
  }

  /// x / (x² + y²) and -y / (x² + y²), 0 at the origin and at infinity. Both are divided by the larger of the two first, so
  /// that no square leaves the range; the result does not depend on what they are divided by, nor do its derivatives.
  private func angleAdjoints(_ y: Expression, _ x: Expression, _ g: Expression) -> [Expression?] {
    let size = WeftTensor.detached(WeftTensor.maximum(WeftTensor.abs(x), WeftTensor.abs(y)))
    let hasNone = (size .== 0) .| WeftTensor.isInfinite(size)
    let unit = weft_select(hasNone, 1, size)
    let (a, b) = (weft_select(hasNone, 0, y) / unit, weft_select(hasNone, 0, x) / unit)
    let square = weft_select(hasNone, 1, a * a + b * b)
    return [g * (b / square) / unit, -(g * (a / square) / unit)]
  }

  /// What the operand that `wins` says is chosen gets. Operands that neither differ nor are equal hold a NaN.
  private func share(_ wins: Expression, _ loses: Expression, _ a: Expression, _ b: Expression) -> Expression {
    weft_select(wins, 1, weft_select(loses, 0, weft_select(a .== b, 0.5, detached(a + b))))
  }

  private func sharedAmongTies(_ x: Expression, _ y: Expression, _ g: Expression) -> Expression {
    let isExtreme = x .== y
    return g * isExtreme / sum(isExtreme)
  }
}

/// `select`, under a name that the case of the same name does not hide.
private func weft_select(_ condition: Expression, _ a: Expression, _ b: Expression) -> Expression {
  Expression(.select, condition, a, b)
}
