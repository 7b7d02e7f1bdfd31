import WeftTensor

/// Scales all gradients by one factor so that their norm, taken together, is at most `maximum`.
///
/// Parameters without a gradient count nothing. Where the norm is not a number, the gradients stay as they are.
///
/// - Returns: The norm before.
@discardableResult
public func clipGradientNorm(_ parameters: [Parameter], to maximum: Double) -> Double {
  let norm = parameters.compactMap(\.grad).reduce(0) { $0 + sumOfSquares($1.detach()) }.squareRoot()
  let factor = maximum / (norm + 1e-6)
  if factor < 1 { replaceGradients(of: parameters) { $0 * factor } }
  return norm
}

/// Cuts every element of every gradient to [-limit, limit].
public func clipGradientValues(_ parameters: [Parameter], to limit: Double) {
  replaceGradients(of: parameters) { $0.clamped(low: -limit, high: limit) }
}

private func replaceGradients(of parameters: [Parameter], _ change: (Tensor) -> Tensor) {
  for parameter in parameters {
    guard let gradient = parameter.grad else { continue }
    parameter.grad = noGrad { change(gradient.detach()) }
  }
}

private let square = Formula { x in x * x }

/// Σ x² in one pass, added up in at least float32.
private func sumOfSquares(_ x: Tensor) -> Double {
  let dtype: DType = x.dtype == .float64 ? .float64 : .float32
  return apply(FormulaSum(formula: square, axes: Array(0..<x.rank), dtype: dtype), [x])[0].item()
}
