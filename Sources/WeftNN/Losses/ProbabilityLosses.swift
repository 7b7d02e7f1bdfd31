import WeftTensor

/// Binary cross-entropy of logits with targets in [0, 1], averaged; stable for logits of any size.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
/// - Parameters:
///   - weight: A factor for each element's loss, broadcast.
///   - positiveWeight: A factor for the positive side, broadcast: above 1, missing a positive costs more.
public func binaryCrossEntropy(
  logits: Tensor, _ target: Tensor, weight: Tensor? = nil, positiveWeight: Tensor? = nil,
  reduction: LossReduction = .mean
) -> Tensor {
  guard requireEqualShapes("binaryCrossEntropy", ("logits", logits), ("target", target)) else { return logits.sum() }
  let losses = LogisticError()(logits, target, positiveWeight ?? 1)
  return reduction(weight.map { losses * $0 } ?? losses)
}

/// The Kullback-Leibler divergence of log-probabilities from target probabilities: t·(log t - x).
///
/// Shape: both of one shape. `batchMean: true` divides the sum by the first axis, as the definition wants; `reduction`
/// then counts for nothing.
public func klDivergence(
  logProbabilities: Tensor, _ target: Tensor, reduction: LossReduction = .mean, batchMean: Bool = false
) -> Tensor {
  guard batchMean else {
    return elementwise(RelativeEntropy(), "klDivergence", logProbabilities, target, reduction)
  }
  let total = elementwise(RelativeEntropy(), "klDivergence", logProbabilities, target, .sum)
  return total / Double(max(1, logProbabilities.shape.first ?? 1))
}
