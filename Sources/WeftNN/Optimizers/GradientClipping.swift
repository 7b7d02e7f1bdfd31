import WeftTensor

/// Scales all gradients by one factor so that their norm, taken together, is at most `maximum`.
///
/// - Returns: The norm before.
@discardableResult
public func clipGradientNorm(_ parameters: [Parameter], to maximum: Double) -> Double {
  let gradients = parameters.compactMap(\.grad)
  let norm = noGrad {
    gradients.reduce(0.0) { total, gradient in
      let flat = gradient.detach()
      return total + (flat * flat).sum().item()
    }.squareRoot()
  }
  let factor = min(1, maximum / (norm + 1e-6))
  if factor < 1 {
    for parameter in parameters { parameter.grad = parameter.grad.map { gradient in noGrad { gradient.detach() * factor } } }
  }
  return norm
}

/// Cuts every element of every gradient to [-limit, limit].
public func clipGradientValues(_ parameters: [Parameter], to limit: Double) {
  for parameter in parameters {
    parameter.grad = parameter.grad.map { gradient in noGrad { gradient.detach().clamped(low: -limit, high: limit) } }
  }
}
