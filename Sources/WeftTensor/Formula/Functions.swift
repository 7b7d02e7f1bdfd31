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
public func isNaN(_ x: Expression) -> Expression { Expression(.isNaN, x) }
public func isInfinite(_ x: Expression) -> Expression { Expression(.isInfinite, x) }
public func isFinite(_ x: Expression) -> Expression { Expression(.isFinite, x) }

public func pow(_ x: Expression, _ y: Expression) -> Expression { Expression(.pow, x, y) }
public func atan2(_ y: Expression, _ x: Expression) -> Expression { Expression(.atan2, y, x) }
/// ⌊x/y⌋.
public func floorDivide(_ x: Expression, _ y: Expression) -> Expression { Expression(.floorDivide, x, y) }
/// x - y⌊x/y⌋: has the sign of y.
public func remainder(_ x: Expression, _ y: Expression) -> Expression { Expression(.remainder, x, y) }
/// The smaller; NaN if either is.
public func minimum(_ x: Expression, _ y: Expression) -> Expression { Expression(.minimum, x, y) }
/// The larger; NaN if either is.
public func maximum(_ x: Expression, _ y: Expression) -> Expression { Expression(.maximum, x, y) }
/// `a` where the condition holds, else `b`; the one not chosen leaves no trace, NaN or not.
public func select(_ condition: Expression, _ a: Expression, _ b: Expression) -> Expression {
  Expression(.select, condition, a, b)
}

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
