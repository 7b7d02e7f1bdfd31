// The functions a formula may use, under their usual names.

public func abs(_ x: Expression) -> Expression { Expression(.abs, x) }
/// -1, 0 or 1.
public func sign(_ x: Expression) -> Expression { Expression(.sign, x) }
public func floor(_ x: Expression) -> Expression { Expression(.floor, x) }
public func ceil(_ x: Expression) -> Expression { Expression(.ceil, x) }
public func trunc(_ x: Expression) -> Expression { Expression(.trunc, x) }
/// To the nearest integer, halves to the even one.
public func round(_ x: Expression) -> Expression { Expression(.round, x) }
public func sqrt(_ x: Expression) -> Expression { Expression(.sqrt, x) }
/// 1/√x.
public func rsqrt(_ x: Expression) -> Expression { Expression(.rsqrt, x) }
public func exp(_ x: Expression) -> Expression { Expression(.exp, x) }
public func exp2(_ x: Expression) -> Expression { Expression(.exp2, x) }
/// eˣ - 1.
public func expm1(_ x: Expression) -> Expression { Expression(.expm1, x) }
public func log(_ x: Expression) -> Expression { Expression(.log, x) }
public func log2(_ x: Expression) -> Expression { Expression(.log2, x) }
public func log10(_ x: Expression) -> Expression { Expression(.log10, x) }
/// log(1 + x).
public func log1p(_ x: Expression) -> Expression { Expression(.log1p, x) }
public func sin(_ x: Expression) -> Expression { Expression(.sin, x) }
public func cos(_ x: Expression) -> Expression { Expression(.cos, x) }
public func tan(_ x: Expression) -> Expression { Expression(.tan, x) }
public func asin(_ x: Expression) -> Expression { Expression(.asin, x) }
public func acos(_ x: Expression) -> Expression { Expression(.acos, x) }
public func atan(_ x: Expression) -> Expression { Expression(.atan, x) }
public func sinh(_ x: Expression) -> Expression { Expression(.sinh, x) }
public func cosh(_ x: Expression) -> Expression { Expression(.cosh, x) }
public func tanh(_ x: Expression) -> Expression { Expression(.tanh, x) }
public func asinh(_ x: Expression) -> Expression { Expression(.asinh, x) }
public func acosh(_ x: Expression) -> Expression { Expression(.acosh, x) }
public func atanh(_ x: Expression) -> Expression { Expression(.atanh, x) }
public func erf(_ x: Expression) -> Expression { Expression(.erf, x) }
/// 1 - erf(x), accurate where that is small.
public func erfc(_ x: Expression) -> Expression { Expression(.erfc, x) }
/// 1/(1 + e⁻ˣ).
public func sigmoid(_ x: Expression) -> Expression { Expression(.sigmoid, x) }
/// log |Γ(x)|.
public func logGamma(_ x: Expression) -> Expression { Expression(.logGamma, x) }
/// Γ'(x)/Γ(x).
public func digamma(_ x: Expression) -> Expression { Expression(.digamma, x) }
public func erfInverse(_ x: Expression) -> Expression { Expression(.erfInverse, x) }
/// exp(x²) erfc(x).
public func erfcScaled(_ x: Expression) -> Expression { Expression(.erfcScaled, x) }
/// The number below which a standard normal one lies with probability x.
public func normalQuantile(_ x: Expression) -> Expression { Expression(.normalQuantile, x) }
// Bessel functions; the scaled ones times exp(-|x|).
public func besselI0(_ x: Expression) -> Expression { Expression(.besselI0, x) }
public func besselI0Scaled(_ x: Expression) -> Expression { Expression(.besselI0Scaled, x) }
public func besselI1(_ x: Expression) -> Expression { Expression(.besselI1, x) }
public func besselI1Scaled(_ x: Expression) -> Expression { Expression(.besselI1Scaled, x) }
public func besselJ0(_ x: Expression) -> Expression { Expression(.besselJ0, x) }
public func besselJ1(_ x: Expression) -> Expression { Expression(.besselJ1, x) }
public func besselY0(_ x: Expression) -> Expression { Expression(.besselY0, x) }
public func besselY1(_ x: Expression) -> Expression { Expression(.besselY1, x) }
/// The s of x = s·2ᵉ, with |s| in 0.5 ..< 1, or 0.
public func significand(_ x: Expression) -> Expression { Expression(.significand, x) }
/// The e of x = s·2ᵉ.
public func exponent(_ x: Expression) -> Expression { Expression(.exponent, x) }
public func isNaN(_ x: Expression) -> Expression { Expression(.isNaN, x) }
public func isInfinite(_ x: Expression) -> Expression { Expression(.isInfinite, x) }
public func isFinite(_ x: Expression) -> Expression { Expression(.isFinite, x) }

public func pow(_ x: Expression, _ y: Expression) -> Expression { Expression(.pow, x, y) }
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

/// The value, but NaN where x is NaN: for derivatives, in which a NaN must stay visible (`Note: NaN in derivatives`).
func keepingNaN(_ value: Expression, of x: Expression) -> Expression { select(isNaN(x), detached(x), value) }

// Reductions over the row; the result stands at every place of the row.
public func sum(_ x: Expression) -> Expression { Expression(.rowSum, x) }
public func mean(_ x: Expression) -> Expression { Expression(.rowSum, x) / Expression.rowLength }
/// The product of the row. Its derivative divides by the elements: NaN where one is 0 (the operation `Product` has no
/// such gap).
public func product(_ x: Expression) -> Expression { Expression(.rowProduct, x) }
public func max(_ x: Expression) -> Expression { Expression(.rowMaximum, x) }
public func min(_ x: Expression) -> Expression { Expression(.rowMinimum, x) }

/// The same value as a constant: derivatives do not look inside.
public func detached(_ x: Expression) -> Expression { Expression(ExpressionNode(.detached, [x.node])) }
