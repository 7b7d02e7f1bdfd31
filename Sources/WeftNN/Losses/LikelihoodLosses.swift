import WeftTensor

/// The negative logarithm of a normal distribution's density at the target, x and v being its mean and variance:
/// (log v + (x - t)² / v) / 2, averaged (Nix and Weigend, 1994).
///
/// Variances below `epsilon` count as `epsilon`, but their gradient passes, so that they can grow; negative ones give NaN.
///
/// Shape: prediction and target of one shape, or one that broadcasts to the other's; variance of that shape, or with axes
/// of size 1 in it, or without the last axis: one variance for all of it. The result is a scalar, or of that shape for
/// `.none`.
/// - Parameters:
///   - full: Whether to add the constant log(2π) / 2.
///   - epsilon: At least 0.
public func gaussianNegativeLogLikelihood(
  _ prediction: Tensor, _ target: Tensor, variance: Tensor, full: Bool = false, epsilon: Double = 1e-6,
  reduction: LossReduction = .mean
) -> Tensor {
  let operands = [("prediction", prediction.spec), ("target", target.spec), ("variance", variance.spec)]
  func failed(_ expected: String, _ got: Shape) -> Tensor {
    .failed(
      TensorError(
        .shape, operation: "gaussianNegativeLogLikelihood", operands: operands, expected: expected, got: "\(got)"))
  }
  // One of the two is to be the whole: [N] against [N, 1] would be [N, N].
  guard let whole = Shape.broadcast(prediction.shape, target.shape), [prediction.shape, target.shape].contains(whole)
  else { return failed("a target that broadcasts to \(prediction.shape)", target.shape) }
  let leading = Array(whole.sizes.dropLast())
  let variance = variance.shape.sizes == leading && whole.rank > 0 ? variance.unsqueezed(-1) : variance
  guard variance.rank == whole.rank, zip(variance.shape.sizes, whole.sizes).allSatisfy({ $0 == $1 || $0 == 1 }) else {
    return failed("a variance \(whole), with axes of size 1 in it, or \(Shape(leading))", variance.shape)
  }
  let difference = prediction.wide - target.wide
  let spread = GaussianSpread(epsilon: epsilon)(variance.wide)
  let losses = (spread.log() + difference * difference / spread) * 0.5
  return reduction(full ? losses + 0.5 * logOf2Pi : losses).converted(to: prediction.uncast.dtype.floating)
}

/// The negative logarithm of a Poisson distribution's probability of the target, x being the logarithm of its mean:
/// eˣ - t·x, averaged, without the term log t!.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
/// - Parameters:
///   - isLog: Whether predictions are logarithms of means; else means: x - t·log(x + ε).
///   - full: Whether to add Stirling's approximation of log t!, t·log t - t + log(2πt) / 2, where t > 1.
///   - epsilon: At least 0.
public func poissonNegativeLogLikelihood(
  _ prediction: Tensor, _ target: Tensor, isLog: Bool = true, full: Bool = false, epsilon: Double = 1e-8,
  reduction: LossReduction = .mean
) -> Tensor {
  let name = "poissonNegativeLogLikelihood"
  guard requireEqualShapes(name, ("prediction", prediction), ("target", target)),
    requireSetting(name, epsilon >= 0, "an epsilon of at least 0", got: epsilon)
  else { return prediction.sum() }
  let (x, t, dtype) = (prediction.wide, target.wide, prediction.uncast.dtype.floating)
  let losses = isLog ? x.exp() - t * x : x - t * (x + epsilon).log()
  guard full else { return reduction(losses).converted(to: dtype) }
  // Where t is at most 1, a number whose logarithm is finite takes its place: 0 · ∞ would reach the gradient.
  let isLarge = t .> 1
  let count = Tensor.where(isLarge, t, 1)
  let stirling = count * count.log() - count + (count.log() + logOf2Pi) * 0.5
  return reduction(losses + Tensor.where(isLarge, stirling, 0)).converted(to: dtype)
}

/// The connectionist temporal classification loss (Graves et al., 2006): the negative logarithm of the probability that a
/// sequence of log-probabilities reads as its target, when repeated labels are joined and blanks left out.
///
/// As in PyTorch, the mean divides each loss by its target's length (1 at least) before. Unlike PyTorch's, the gradient is
/// the derivative by the log-probabilities themselves; behind a log-softmax, where they belong, the two are the same.
///
/// Shape: log-probabilities [steps, batch, classes] (from `logSoftmax`), targets [batch, labels] or all one after another,
/// lengths [batch]; or [steps, classes] with targets [labels] and lengths [] for a single sequence. The result is a scalar,
/// or of the lengths' shape for `.none`.
/// - Parameters:
///   - blank: The class that stands for no label.
///   - zeroInfinity: Whether a target too long for its sequence counts 0 rather than ∞.
public func ctcLoss(
  logProbabilities: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank: Int = 0,
  zeroInfinity: Bool = false, reduction: LossReduction = .mean
) -> Tensor {
  let isSingle = logProbabilities.rank == 2
  if isSingle, let error = singleSequenceError(logProbabilities, targets, inputLengths, targetLengths) {
    return .failed(error)
  }
  func batched(_ tensor: Tensor) -> Tensor { isSingle ? tensor.unsqueezed(0) : tensor }
  let inputs = isSingle ? logProbabilities.unsqueezed(1) : logProbabilities
  let lengths = batched(targetLengths)
  let losses = inputs.uncast.ctcLosses(
    targets: batched(targets), inputLengths: batched(inputLengths), targetLengths: lengths, blank: blank,
    zeroInfinity: zeroInfinity)
  switch reduction {
  case .none: return isSingle ? losses.squeezed(0) : losses
  case .sum: return losses.sum()
  case .mean: return (losses / lengths.converted(to: losses.dtype).clamped(low: 1)).mean()
  }
}

/// What is wrong with the shapes of a single sequence, if anything, before they become those of a batch.
private func singleSequenceError(
  _ logProbabilities: Tensor, _ targets: Tensor, _ inputLengths: Tensor, _ targetLengths: Tensor
) -> TensorError? {
  let shapes = [targets, inputLengths, targetLengths].map(\.shape)
  guard shapes[0].rank != 1 || shapes[1] != [] || shapes[2] != [] else { return nil }
  return TensorError(
    .shape, operation: CTCOperation.name,
    operands: [
      ("logProbabilities", logProbabilities.spec), ("targets", targets.spec), ("inputLengths", inputLengths.spec),
      ("targetLengths", targetLengths.spec),
    ],
    expected: "targets [labels] and lengths [] of a single sequence [steps, classes]",
    got: shapes.map { "\($0)" }.joined(separator: ", "))
}

private let logOf2Pi = 1.8378770664093453
