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
  let operands = [logits, target, positiveWeight ?? 1]
  guard let weight else { return reduction(of: LogisticError(), operands) }
  return reduction(apply(LogisticError(), operands)[0] * weight)
}

/// Binary cross-entropy of probabilities with targets in [0, 1], averaged; logarithms are at least -100, as in PyTorch.
///
/// From logits, `binaryCrossEntropy(logits:_:)` is exact for probabilities of any size. A prediction outside [0, 1] gives
/// NaN, where PyTorch looks through all of them first and stops.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
/// - Parameter weight: A factor for each element's loss, broadcast.
public func binaryCrossEntropy(
  probabilities: Tensor, _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
) -> Tensor {
  let operands = [(name: "probabilities", tensor: probabilities), (name: "target", tensor: target)]
  guard requireEqualShapes("binaryCrossEntropy", operands[0], operands[1]) else { return probabilities.sum() }
  guard let weight else { return reduction(of: ProbabilityError(), [probabilities, target]) }
  return reduction(ProbabilityError()(probabilities, target) * weight)
}

/// The binary cross-entropy of each class's logit, averaged over the classes of a sample: samples may have several labels.
///
/// Shape: both [N, classes] (or [classes]) of one shape; the result is a scalar, or [N] for `.none`.
/// - Parameter weight: One factor per class.
public func multiLabelSoftMarginLoss(
  _ logits: Tensor, _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
) -> Tensor {
  let name = "multiLabelSoftMarginLoss"
  guard requireEqualShapes(name, ("logits", logits), ("target", target)) else { return logits.sum() }
  guard logits.rank > 0 else { return .failed(.classes(of: logits, name)) }
  let losses = LogisticError()(logits, target, 1)
  return reduction((weight.map { losses * $0 } ?? losses).mean(axis: -1))
}

/// log(1 + e^(-t·x)) for targets of 1 and -1, averaged; finite for every finite x, where PyTorch's overflows.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
public func softMarginLoss(_ prediction: Tensor, _ target: Tensor, reduction: LossReduction = .mean) -> Tensor {
  guard requireEqualShapes("softMarginLoss", ("prediction", prediction), ("target", target)) else {
    return prediction.sum()
  }
  return reduction(-(prediction.uncast * target).logSigmoid())
}

/// The Kullback-Leibler divergence of log-probabilities from target probabilities: t·(log t - x).
///
/// Shape: both of one shape. `batchMean: true` divides the sum by the first axis, as the definition wants; `reduction`
/// then counts for nothing. For targets that are log-probabilities themselves there is `targetLogProbabilities:`.
public func klDivergence(
  logProbabilities: Tensor, _ target: Tensor, reduction: LossReduction = .mean, batchMean: Bool = false
) -> Tensor {
  guard batchMean else {
    return elementwise(RelativeEntropy(), "klDivergence", logProbabilities, target, reduction)
  }
  let total = elementwise(RelativeEntropy(), "klDivergence", logProbabilities, target, .sum)
  return total / Double(max(1, logProbabilities.shape.first ?? 1))
}

/// The Kullback-Leibler divergence of log-probabilities from targets that are log-probabilities too: eᵗ·(t - x),
/// and 0 for a target of -∞, where PyTorch's is NaN.
///
/// Shape: both of one shape. `batchMean: true` divides the sum by the first axis; `reduction` then counts for nothing.
public func klDivergence(
  logProbabilities: Tensor, targetLogProbabilities target: Tensor, reduction: LossReduction = .mean,
  batchMean: Bool = false
) -> Tensor {
  guard batchMean else {
    return elementwise(RelativeEntropyOfLogs(), "klDivergence", logProbabilities, target, reduction)
  }
  let total = elementwise(RelativeEntropyOfLogs(), "klDivergence", logProbabilities, target, .sum)
  return total / Double(max(1, logProbabilities.shape.first ?? 1))
}
