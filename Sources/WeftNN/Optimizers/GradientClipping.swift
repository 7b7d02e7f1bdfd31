import WeftTensor

/// Scales all gradients by one factor so that their norm, taken together, is at most `maximum`.
///
/// Parameters without a gradient count nothing. Where the norm is not a number, the gradients stay as they are (PyTorch
/// makes every one of them NaN).
///
/// - Parameters:
///   - order: p of the norm (Σ|g|ᵖ)^(1/p): above 0; infinity for the largest element.
///   - errorIfNonfinite: Whether a norm that is infinite or not a number is reported, and nothing changed.
/// - Returns: The norm before.
@discardableResult
public func clipGradientNorm(
  _ parameters: [Parameter], to maximum: Double, order: Double = 2, errorIfNonfinite: Bool = false
) -> Double {
  guard order > 0 else {
    report(
      TensorError(.value, operation: "clipGradientNorm", expected: "an order of the norm above 0", got: "\(order)"))
    return .nan
  }
  let norm = gradientNorm(parameters, order: order)
  if errorIfNonfinite, !norm.isFinite {
    report(
      TensorError(
        .value, operation: "clipGradientNorm", expected: "gradients whose norm is a finite number", got: "\(norm)",
        hint: "`errorIfNonfinite: false` lets it pass"))
    return norm
  }
  let factor = maximum / (norm + 1e-6)
  if factor < 1 { replaceGradients(of: parameters) { $0 * factor } }
  return norm
}

/// Cuts every element of every gradient to [-limit, limit].
public func clipGradientValues(_ parameters: [Parameter], to limit: Double) {
  replaceGradients(of: parameters) { $0.clamped(low: -limit, high: limit) }
}

/// The norm of all gradients taken together: (Σ|g|ᵖ)^(1/p), for an infinite `order` the largest |g|.
public func gradientNorm(_ parameters: [Parameter], order: Double = 2) -> Double {
  let gradients = parameters.compactMap { $0.grad?.detach() }
  if order == .infinity {
    let sizes = gradients.filter { $0.elementCount > 0 }.map { gradient in
      noGrad { gradient.abs().max().item(as: Double.self) }
    }
    return sizes.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
  }
  let sum = gradients.reduce(0) { $0 + sumOfPowers($1, order) }
  return order == 2 ? sum.squareRoot() : realPower(sum, 1 / order)
}

private func replaceGradients(of parameters: [Parameter], _ change: (Tensor) -> Tensor) {
  for parameter in parameters {
    guard let gradient = parameter.grad else { continue }
    parameter.grad = noGrad { change(gradient.detach()) }
  }
}

private let square = Formula(inputs: 1, parameters: 1) { x, _ in [x[0] * x[0]] }
private let absolutePower = Formula(inputs: 1, parameters: 1) { x, c in [pow(abs(x[0]), c[0])] }

/// Σ|x|ᵖ in one pass, added up in at least float32.
func sumOfPowers(_ x: Tensor, _ order: Double = 2) -> Double {
  let dtype: DType = x.dtype == .float64 ? .float64 : .float32
  let formula = order == 2 ? square : absolutePower
  let sum = FormulaSum(formula: formula, parameters: [order], axes: Array(0..<x.rank), dtype: dtype)
  return noGrad { apply(sum, [x])[0].item() }
}
