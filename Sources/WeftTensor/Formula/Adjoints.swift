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

/// The slope of the functions of order 1: its limit at 0 is 1/2.
func halfAtZero(_ x: Expression, _ slope: Expression) -> Expression { select(x .== 0, 0.5, slope) }
func nonzero(_ x: Expression) -> Expression { select(x .== 0, 1, x) }

/// xᵃ⁻¹ e⁻ˣ / Γ(a).
func gammaDensity(_ a: Expression, _ x: Expression) -> Expression {
  let power = select(a .== 1, 0, (a - 1) * log(x))
  return exp(power - x - logGamma(a))
}
