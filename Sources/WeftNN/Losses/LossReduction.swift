import WeftTensor

/// What becomes of the losses of single elements.
public enum LossReduction: Sendable, Hashable {
  /// They stay as they are.
  case none
  case mean
  case sum

  func callAsFunction(_ losses: Tensor) -> Tensor {
    switch self {
    case .none: losses
    case .mean: losses.mean()
    case .sum: losses.sum()
    }
  }

  /// The same, where samples count by their weights: the mean is Σ losses / Σ weights.
  func callAsFunction(_ losses: Tensor, weights: Tensor) -> Tensor {
    self == .mean ? losses.sum() / weights.sum() : self(losses)
  }
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
  _ operation: some Operation, _ name: String, _ prediction: Tensor, _ target: Tensor, _ reduction: LossReduction
) -> Tensor {
  guard requireEqualShapes(name, ("prediction", prediction), ("target", target)) else { return prediction.sum() }
  return reduction(operation(prediction, target))
}
