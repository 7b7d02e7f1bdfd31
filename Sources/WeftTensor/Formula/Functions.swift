// The functions a formula may use, under their usual names.

/// |x|.
public func abs(_ x: Expression) -> Expression { Expression(.abs, x) }
/// -1, 0 or 1.
public func sign(_ x: Expression) -> Expression { Expression(.sign, x) }
/// The largest integer up to x.
public func floor(_ x: Expression) -> Expression { Expression(.floor, x) }
/// The smallest integer from x.
public func ceil(_ x: Expression) -> Expression { Expression(.ceil, x) }
/// The integer next to x towards 0.
public func trunc(_ x: Expression) -> Expression { Expression(.trunc, x) }
/// To the nearest integer, halves to the even one.
public func round(_ x: Expression) -> Expression { Expression(.round, x) }
/// √x.
public func sqrt(_ x: Expression) -> Expression { Expression(.sqrt, x) }
/// 1/√x.
public func rsqrt(_ x: Expression) -> Expression { Expression(.rsqrt, x) }
/// eˣ.
public func exp(_ x: Expression) -> Expression { Expression(.exp, x) }
/// 2ˣ.
public func exp2(_ x: Expression) -> Expression { Expression(.exp2, x) }
/// eˣ - 1.
public func expm1(_ x: Expression) -> Expression { Expression(.expm1, x) }
/// The natural logarithm.
public func log(_ x: Expression) -> Expression { Expression(.log, x) }
/// The logarithm to base 2.
public func log2(_ x: Expression) -> Expression { Expression(.log2, x) }
/// The logarithm to base 10.
public func log10(_ x: Expression) -> Expression { Expression(.log10, x) }
/// log(1 + x).
public func log1p(_ x: Expression) -> Expression { Expression(.log1p, x) }
/// The sine of an angle in radians.
public func sin(_ x: Expression) -> Expression { Expression(.sin, x) }
/// The cosine of an angle in radians.
public func cos(_ x: Expression) -> Expression { Expression(.cos, x) }
/// The tangent of an angle in radians.
public func tan(_ x: Expression) -> Expression { Expression(.tan, x) }
/// The angle in -π/2 ... π/2 with this sine.
public func asin(_ x: Expression) -> Expression { Expression(.asin, x) }
/// The angle in 0 ... π with this cosine.
public func acos(_ x: Expression) -> Expression { Expression(.acos, x) }
/// The angle in -π/2 ... π/2 with this tangent.
public func atan(_ x: Expression) -> Expression { Expression(.atan, x) }
/// (eˣ - e⁻ˣ)/2.
public func sinh(_ x: Expression) -> Expression { Expression(.sinh, x) }
/// (eˣ + e⁻ˣ)/2.
public func cosh(_ x: Expression) -> Expression { Expression(.cosh, x) }
/// (eˣ - e⁻ˣ)/(eˣ + e⁻ˣ).
public func tanh(_ x: Expression) -> Expression { Expression(.tanh, x) }
/// The number with this hyperbolic sine.
public func asinh(_ x: Expression) -> Expression { Expression(.asinh, x) }
/// The number from 0 with this hyperbolic cosine.
public func acosh(_ x: Expression) -> Expression { Expression(.acosh, x) }
/// The number with this hyperbolic tangent.
public func atanh(_ x: Expression) -> Expression { Expression(.atanh, x) }
/// 2/√π · ∫₀ˣ e^(-t²) dt.
public func erf(_ x: Expression) -> Expression { Expression(.erf, x) }
/// 1 - erf(x), accurate where that is small.
public func erfc(_ x: Expression) -> Expression { Expression(.erfc, x) }
/// 1/(1 + e⁻ˣ).
public func sigmoid(_ x: Expression) -> Expression { Expression(.sigmoid, x) }
/// (x + 3)/6, cut to 0 ... 1.
public func hardSigmoid(_ x: Expression) -> Expression { Expression(.hardSigmoid, x) }
/// log |Γ(x)|.
public func logGamma(_ x: Expression) -> Expression { Expression(.logGamma, x) }
/// Γ'(x)/Γ(x).
public func digamma(_ x: Expression) -> Expression { Expression(.digamma, x) }
/// The number with this error function, of x in -1 ... 1.
public func erfInverse(_ x: Expression) -> Expression { Expression(.erfInverse, x) }
/// exp(x²) erfc(x).
public func erfcScaled(_ x: Expression) -> Expression { Expression(.erfcScaled, x) }
/// The number below which a standard normal one lies with probability x.
public func normalQuantile(_ x: Expression) -> Expression { Expression(.normalQuantile, x) }
// Bessel functions; the scaled ones times exp(-|x|).
/// I₀(x), of the first kind, modified.
public func besselI0(_ x: Expression) -> Expression { Expression(.besselI0, x) }
/// I₀(x)·exp(-|x|).
public func besselI0Scaled(_ x: Expression) -> Expression { Expression(.besselI0Scaled, x) }
/// I₁(x), of the first kind, modified.
public func besselI1(_ x: Expression) -> Expression { Expression(.besselI1, x) }
/// I₁(x)·exp(-|x|).
public func besselI1Scaled(_ x: Expression) -> Expression { Expression(.besselI1Scaled, x) }
/// J₀(x), of the first kind.
public func besselJ0(_ x: Expression) -> Expression { Expression(.besselJ0, x) }
/// J₁(x), of the first kind.
public func besselJ1(_ x: Expression) -> Expression { Expression(.besselJ1, x) }
/// Y₀(x), of the second kind, for x from 0.
public func besselY0(_ x: Expression) -> Expression { Expression(.besselY0, x) }
/// Y₁(x), of the second kind, for x from 0.
public func besselY1(_ x: Expression) -> Expression { Expression(.besselY1, x) }
/// The s of x = s·2ᵉ, with |s| in 0.5 ..< 1, or 0.
public func significand(_ x: Expression) -> Expression { Expression(.significand, x) }
/// The e of x = s·2ᵉ.
public func exponent(_ x: Expression) -> Expression { Expression(.exponent, x) }
/// 1 where x is NaN, else 0.
public func isNaN(_ x: Expression) -> Expression { Expression(.isNaN, x) }
/// 1 where x is ∞ or -∞, else 0.
public func isInfinite(_ x: Expression) -> Expression { Expression(.isInfinite, x) }
/// 1 where x is neither NaN nor infinite, else 0.
public func isFinite(_ x: Expression) -> Expression { Expression(.isFinite, x) }

/// xʸ.
public func pow(_ x: Expression, _ y: Expression) -> Expression { Expression(.pow, x, y) }
/// The angle of the point (x, y), in -π ... π.
public func atan2(_ y: Expression, _ x: Expression) -> Expression { Expression(.atan2, y, x) }
/// ⌊x/y⌋.
public func floorDivide(_ x: Expression, _ y: Expression) -> Expression { Expression(.floorDivide, x, y) }
/// x - y⌊x/y⌋: has the sign of y.
public func remainder(_ x: Expression, _ y: Expression) -> Expression { Expression(.remainder, x, y) }
/// x - y·trunc(x/y): has the sign of x.
public func fmod(_ x: Expression, _ y: Expression) -> Expression { Expression(.fmod, x, y) }
/// Hurwitz's ζ(s, q). It has a derivative in q alone.
public func zeta(_ s: Expression, _ q: Expression) -> Expression { Expression(.zeta, s, q) }
/// The share of the gamma function's integral below x, of a. It has a derivative in x alone.
public func gammaLower(_ a: Expression, _ x: Expression) -> Expression { Expression(.gammaLower, a, x) }
/// The share of the gamma function's integral above x, of a. It has a derivative in x alone.
public func gammaUpper(_ a: Expression, _ x: Expression) -> Expression { Expression(.gammaUpper, a, x) }
/// The smaller; NaN if either is.
public func minimum(_ x: Expression, _ y: Expression) -> Expression { Expression(.minimum, x, y) }
/// The larger; NaN if either is.
public func maximum(_ x: Expression, _ y: Expression) -> Expression { Expression(.maximum, x, y) }
/// `a` where the condition holds, else `b`; the one not chosen leaves no trace, NaN or not.
public func select(_ condition: Expression, _ a: Expression, _ b: Expression) -> Expression {
  Expression(.select, condition, a, b)
}

/// a + w(b - a), exactly b at w = 1; NaN and infinities as they ought to be.
public func lerp(_ a: Expression, _ b: Expression, _ w: Expression) -> Expression { Expression(.lerp, a, b, w) }
/// `value` where x > 0, else slope·value; NaN where x is.
public func leak(_ x: Expression, _ value: Expression, _ slope: Expression) -> Expression {
  Expression(.leak, x, value, slope)
}
/// x, but `nan`, `positive` and `negative` in place of NaN, ∞ and -∞.
public func replaceNonfinite(
  _ x: Expression, _ nan: Expression, _ positive: Expression, _ negative: Expression
) -> Expression { Expression(.replaceNonfinite, x, nan, positive, negative) }

/// The value, but NaN where x is NaN: for derivatives, in which a NaN must stay visible (`Note: NaN in derivatives`).
func keepingNaN(_ value: Expression, of x: Expression) -> Expression { select(isNaN(x), detached(x), value) }

// Reductions over the row; the result stands at every place of the row.
/// The sum of the row.
public func sum(_ x: Expression) -> Expression { Expression(.rowSum, x) }
/// The sum of the row over its length.
public func mean(_ x: Expression) -> Expression { Expression(.rowSum, x) / Expression.rowLength }
/// The product of the row. Its derivative divides by the elements: NaN where one is 0 (the operation `Product` has no
/// such gap).
public func product(_ x: Expression) -> Expression { Expression(.rowProduct, x) }
/// The largest element of the row; NaN if there is one.
public func max(_ x: Expression) -> Expression { Expression(.rowMaximum, x) }
/// The smallest element of the row; NaN if there is one.
public func min(_ x: Expression) -> Expression { Expression(.rowMinimum, x) }

/// The same value as a constant: derivatives do not look inside.
public func detached(_ x: Expression) -> Expression { Expression(ExpressionNode(.detached, [x.node])) }
