import WeftTensor

// Norms of tensors as numbers of the program, without the overflow of squares.

/// √Σx².
func euclideanNorm(_ x: Tensor) -> Double { norm(x, order: 2) }

/// (Σ|x|ᵖ)^(1/p), the largest or smallest |x| for an infinite order, and the number of elements other than 0 for order 0.
func norm(_ x: Tensor, order: Double) -> Double {
  if x.elementCount == 0 { return 0 }
  if order == 0 { return sumOfMap(x, isNonzero, dtype: .float64) }
  if order.isInfinite { return extreme(of: x, largest: order > 0) }
  if order > 0 {
    let sum = sumOfPowers(x, order)
    // Powers that float32 does not hold, or holds as 0, are found by the sum.
    if sum.isNaN || (sum > 1e-20 && sum.isFinite) { return root(sum, order) }
  }
  let scale = extreme(of: x, largest: order > 0)
  guard scale > 0, scale.isFinite else { return scale }
  let sum = sumOfMap(x, scaledPower, [order, scale], dtype: x.dtype == .float64 ? .float64 : .float32)
  return scale * root(sum, order)
}

/// The norm of what has the norms `parts`.
func combinedNorm(_ parts: [Double], order: Double) -> Double {
  if order == 0 { return parts.reduce(0, +) }
  guard var scale = parts.first else { return 0 }
  for part in parts.dropFirst() {
    scale = scale.isNaN || part.isNaN ? .nan : order > 0 ? max(scale, part) : min(scale, part)
  }
  guard order.isFinite, scale > 0, scale.isFinite else { return scale }
  return scale * root(parts.reduce(0) { $0 + realPower($1 / scale, order) }, order)
}

private func root(_ sum: Double, _ order: Double) -> Double {
  order == 2 ? sum.squareRoot() : order == 1 ? sum : realPower(sum, 1 / order)
}

private func extreme(of x: Tensor, largest: Bool) -> Double {
  noGrad { (largest ? x.abs().max() : x.abs().min()).item(as: Double.self) }
}

private let square = Formula(inputs: 1) { x, _ in [x[0] * x[0]] }
private let absolutePower = Formula(inputs: 1, parameters: 1) { x, c in [pow(abs(x[0]), c[0])] }
private let scaledPower = Formula(inputs: 1, parameters: 2) { x, c in [pow(abs(x[0]) / c[1], c[0])] }
private let isNonzero = Formula { x in x .!= 0 }

/// Σ|x|ᵖ in one pass, added up in at least float32.
private func sumOfPowers(_ x: Tensor, _ order: Double) -> Double {
  let dtype: DType = x.dtype == .float64 ? .float64 : .float32
  return order == 2 ? sumOfMap(x, square, dtype: dtype) : sumOfMap(x, absolutePower, [order], dtype: dtype)
}

private func sumOfMap(_ x: Tensor, _ formula: Formula, _ parameters: [Double] = [], dtype: DType) -> Double {
  let sum = FormulaSum(formula: formula, parameters: parameters, axes: Array(0..<x.rank), dtype: dtype)
  return noGrad { apply(sum, [x])[0].item() }
}
