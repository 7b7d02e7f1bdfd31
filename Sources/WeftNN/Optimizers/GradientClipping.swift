import WeftTensor

/// Scales all gradients by one factor so that their norm, taken together, is at most `maximum`.
///
/// Parameters without a gradient count nothing. Where the norm is not a number, the gradients stay as they are (PyTorch
/// makes every one of them NaN).
///
/// - Parameters:
///   - maximum: From 0; infinity to find the norm only.
///   - order: p of the norm (Σ|g|ᵖ)^(1/p): above 0; infinity for the largest element.
///   - errorIfNonfinite: Whether a norm that is infinite or not a number is reported, and nothing changed.
/// - Returns: The norm before. In a step that is being recorded it is the present one, which is another in a replay: let
///   the step decide nothing by it.
@discardableResult
public func clipGradientNorm(
  _ parameters: [Parameter], to maximum: Double, order: Double = 2, errorIfNonfinite: Bool = false
) -> Double {
  guard let recorder = Modes.current.recorder else {
    return clipNorm(parameters, to: maximum, order: order, errorIfNonfinite: errorIfNonfinite)
  }
  var norm = Double.nan
  let numbers = "\(maximum), order \(order)\(errorIfNonfinite ? ", of finite ones" : "")"
  recorder.perform("a clipping of \(parameters.count) gradients to the norm \(numbers)", of: parameters) {
    norm = clipNorm(parameters, to: maximum, order: order, errorIfNonfinite: errorIfNonfinite)
  }
  return norm
}

private func clipNorm(_ parameters: [Parameter], to maximum: Double, order: Double, errorIfNonfinite: Bool) -> Double {
  guard order > 0, maximum >= 0 else {
    report(
      order > 0
        ? TensorError(.value, operation: "clipGradientNorm", expected: "a largest norm from 0", got: "\(maximum)")
        : TensorError(
          .value, operation: "clipGradientNorm", expected: "an order of the norm above 0", got: "\(order)"))
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
  guard factor < 1 else { return norm }
  // A factor that float32 does not hold is taken in two steps.
  let root = factor.squareRoot()
  replaceGradients(of: parameters) { factor > 0 && factor < 1e-30 ? $0 * root * root : $0 * factor }
  return norm
}

/// Cuts every element of every gradient to [-limit, limit].
///
/// - Parameter limit: From 0.
public func clipGradientValues(_ parameters: [Parameter], to limit: Double) {
  guard limit >= 0 else {
    return report(
      TensorError(.value, operation: "clipGradientValues", expected: "a limit from 0", got: "\(limit)"))
  }
  replaceGradients(of: parameters) { $0.clamped(low: -limit, high: limit) }
}

/// The norm of all gradients taken together: (Σ|g|ᵖ)^(1/p), for an infinite `order` the largest |g|, for -∞ the smallest,
/// for 0 the number of elements other than 0. It is finite wherever a `Double` can hold it. Without elements it is 0.
public func gradientNorm(_ parameters: [Parameter], order: Double = 2) -> Double {
  if order.isNaN {
    report(TensorError(.value, operation: "gradientNorm", expected: "an order that is a number", got: "\(order)"))
    return .nan
  }
  let gradients = parameters.compactMap { $0.grad?.detach() }.filter { $0.elementCount > 0 }
  return combinedNorm(gradients.map { norm($0, order: order) }, order: order)
}

private func replaceGradients(of parameters: [Parameter], _ change: (Tensor) -> Tensor) {
  for parameter in parameters {
    guard let gradient = parameter.grad else { continue }
    parameter.grad = noGrad { change(gradient.detach()) }
  }
}
