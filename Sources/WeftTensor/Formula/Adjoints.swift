// Derivatives that take more than a line.

/// Those of aᵇ. 0⁰ and 0ᵇ: the slopes that are limits of 0·∞ are 0, and so are their own slopes. Where b is 0 it would be
/// multiplied by a power that may overflow: it is divided by a instead, where 1/a does not.
func powerAdjoints(_ a: Expression, _ b: Expression, _ y: Expression, _ g: Expression) -> [Expression?] {
  let isZero = (b .== 0) .& (a .== a)
  let divisor = select(isZero .& (1 - isInfinite(1 / a)), a, 1)
  let slope = select(isZero, b / divisor, b * pow(select(isZero, 1, a), b - 1))
  return [g * slope, g * y * log(select((a .== 0) .& (b .>= 0), 1, a))]
}

/// 1 / √(x² + c), also where the square overflows: there c is nothing beside it. The inverse is of no small number, as the
/// slope of what is not chosen would be 0 times infinity.
func inverseRoot(_ x: Expression, _ c: Expression) -> Expression {
  let size = abs(x)
  return select(size .> 1e10, 1 / maximum(size, 1), rsqrt(x * x + c))
}

/// 1 - x² as (1 - x)(1 + x), since 1 - x² rounds x² first, and near 1 little else is left; with the slope of 1 - x², -2x,
/// since that of the product has infinity times 0 in it where this is divided by at ±1.
func oneLessSquare(_ x: Expression) -> Expression {
  // Far outside the square would overflow; its slope is nothing there, times what is NaN already or 0.
  let near = minimum(maximum(x, -1e9), 1e9)
  let square = near * near
  return detached((1 - x) * (1 + x)) + (detached(square) - square)
}

/// x / (x² + y²) and -y / (x² + y²), 0 at the origin and at infinity. Both are divided by the larger of the two first, so
/// that no square leaves the range; the result does not depend on what they are divided by, nor do its derivatives.
func angleAdjoints(_ y: Expression, _ x: Expression, _ g: Expression) -> [Expression?] {
  let size = detached(maximum(abs(x), abs(y)))
  let hasNone = (size .== 0) .| isInfinite(size)
  let unit = select(hasNone, 1, size)
  let (a, b) = (select(hasNone, 0, y) / unit, select(hasNone, 0, x) / unit)
  let square = select(hasNone, 1, a * a + b * b)
  return [g * (b / square) / unit, -(g * (a / square) / unit)]
}

/// What the operand that `wins` says is chosen gets. Operands that neither differ nor are equal hold a NaN.
func share(_ wins: Expression, _ loses: Expression, _ a: Expression, _ b: Expression) -> Expression {
  select(wins, 1, select(loses, 0, select(a .== b, 0.5, detached(a + b))))
}

func sharedAmongTies(_ x: Expression, _ y: Expression, _ g: Expression) -> Expression {
  let isExtreme = x .== y
  return g * isExtreme / sum(isExtreme)
}

/// `select`, in extensions of instructions, whose case of that name hides it.
func choose(_ condition: Expression, _ a: Expression, _ b: Expression) -> Expression { select(condition, a, b) }

/// y/x of a Bessel function of order 1, I₁ or (`turning` -1) J₁: near 0 by its series, Σ (±x²/4)ᵏ/(2·k!(k + 1)!), times
/// `scale`, since the derivatives of the quotient itself are differences of numbers that are nearly equal there.
func besselQuotient(
  _ y: Expression, _ x: Expression, turning: Double, scale: Expression = 1
) -> Expression {
  let isNear = abs(x) .< 1
  let near = select(isNear, x, 0)
  let series = polynomial(
    [
      0.5, 1.0 / 4, 1.0 / 24, 1.0 / 288, 1.0 / 5760, 1.0 / 172_800, 1.0 / 7_257_600, 1.0 / 406_425_600,
      1.0 / 29_262_643_200,
    ],
    of: Expression(0.25 * turning) * near * near)
  return select(isNear, scale * series, y / select(isNear, 1, x))
}

/// xᵃ⁻¹ e⁻ˣ / Γ(a).
func gammaDensity(_ a: Expression, _ x: Expression) -> Expression {
  let power = select(a .== 1, 0, (a - 1) * log(x))
  return exp(power - x - logGamma(a))
}
