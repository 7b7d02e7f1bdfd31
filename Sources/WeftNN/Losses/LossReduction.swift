import WeftTensor

/// What becomes of the losses of single elements.
public enum LossReduction: Sendable, Hashable {
  /// They stay as they are.
  case none
  /// Their mean, a scalar; where samples have weights, Σ losses / Σ weights.
  case mean
  /// Their sum, a scalar.
  case sum

  func callAsFunction(_ losses: Tensor) -> Tensor {
    switch self {
    case .none: losses
    case .mean: losses.mean()
    case .sum: losses.sum()
    }
  }

  /// The same of the losses that `operation` gives, which are then nowhere written.
  func callAsFunction(of operation: some ElementwiseOperation, _ inputs: [Tensor]) -> Tensor {
    guard self != .none, let total = ElementwiseTotal(operation, isMean: self == .mean) else {
      return self(apply(operation, inputs)[0])
    }
    return apply(total, inputs)[0]
  }

  /// The same, where samples count by their weights: the mean is Σ losses / Σ weights, summed in the type of statistics
  /// and of the losses' type. Where nothing counts it is NaN, with derivatives of 0.
  func callAsFunction(_ losses: Tensor, weights: Tensor) -> Tensor {
    guard self == .mean else { return self(losses) }
    let dtype = losses.dtype.statistics
    let (loss, weight) = (losses.sum(dtype: dtype), weights.sum(dtype: dtype))
    let isNothing = weight .== 0
    let mean = loss / Tensor.where(isNothing, 1, weight)
    return Tensor.where(isNothing, (loss / weight).detach(), mean).converted(to: losses.dtype)
  }
}

/// Whether a loss's setting makes sense; if not, that is reported.
func requireSetting(_ operation: String, _ isRight: Bool, _ expected: String, got value: Double) -> Bool {
  if !isRight { report(TensorError(.value, operation: operation, expected: expected, got: "\(value)")) }
  return isRight
}

/// Losses demand equal shapes: [N, 1] against [N] would broadcast to [N, N] and train on nonsense.
func requireEqualShapes(_ operation: String, _ operands: (name: String, tensor: Tensor)...) -> Bool {
  guard let first = operands.first, let other = operands.first(where: { $0.tensor.shape != first.tensor.shape }) else {
    return true
  }
  let isColumn = first.tensor.elementCount == other.tensor.elementCount
  report(
    TensorError(
      .shape, operation: operation, operands: operands.map { ($0.name, $0.tensor.spec) },
      expected: "\(other.name) of the shape of \(first.name), \(first.tensor.shape)", got: "\(other.tensor.shape)",
      hint: isColumn
        ? "an axis of size 1 too many? `squeezed(-1)` removes it, `unsqueezed(-1)` adds it"
        : "losses do not broadcast"))
  return false
}

/// An operation on prediction and target, element by element, then reduced.
func elementwise(
  _ operation: some ElementwiseOperation, _ name: String, _ prediction: Tensor, _ target: Tensor,
  _ reduction: LossReduction
) -> Tensor {
  guard requireEqualShapes(name, ("prediction", prediction), ("target", target)) else { return prediction.sum() }
  return reduction(of: operation, [prediction, target])
}

extension Tensor {
  /// In a type in which the squares and sums on the way to a loss of half-precision numbers do not overflow.
  var wide: Tensor { uncast.converted(to: dtype.floating.statistics) }
}
