import WeftTensor

/// The cross-entropy of logits with class indices, averaged.
///
/// As in PyTorch, the mean is weighted: Σ losses / Σ weights of the rows' classes, ignored rows counting for neither.
///
/// Shape: logits [N, classes, ...], or [classes] for a single sample; indices [N, ...] of an integer type. The result is
/// a scalar, or of the indices' shape for `.none`.
/// - Parameters:
///   - weight: One factor per class.
///   - ignoredIndex: Rows with this index give 0 and no gradient.
///   - labelSmoothing: The share of the target that is spread over all classes (Szegedy et al., 2015).
///   - axis: The axis of classes; left out, axis 1, or 0 for a single sample.
public func crossEntropy(
  _ logits: Tensor, classIndices: Tensor, weight: Tensor? = nil, ignoredIndex: Int = -100, labelSmoothing: Double = 0,
  axis: Int? = nil, reduction: LossReduction = .mean
) -> Tensor {
  if weight == nil && reduction == .mean {
    return logits.meanCrossEntropy(
      classIndices: classIndices, axis: axis, labelSmoothing: labelSmoothing, ignoredIndex: ignoredIndex)
  }
  let (losses, weights) = logits.crossEntropy(
    classIndices: classIndices, axis: axis, weight: weight, labelSmoothing: labelSmoothing, ignoredIndex: ignoredIndex)
  return reduction(losses, weights: weights)
}

/// The cross-entropy of logits with class probabilities, averaged over the samples.
///
/// Shape: logits and probabilities [N, classes, ...], or [classes] for a single sample. The result is a scalar, or
/// [N, ...] for `.none`.
/// - Parameters:
///   - weight: One factor per class; the mean does not divide by it, as in PyTorch.
///   - labelSmoothing: The share of the target that is spread over all classes (Szegedy et al., 2015).
///   - axis: The axis of classes; left out, axis 1, or 0 for a single sample.
public func crossEntropy(
  _ logits: Tensor, probabilities: Tensor, weight: Tensor? = nil, labelSmoothing: Double = 0, axis: Int? = nil,
  reduction: LossReduction = .mean
) -> Tensor {
  reduction(
    logits.crossEntropy(probabilities: probabilities, axis: axis, weight: weight, labelSmoothing: labelSmoothing))
}

/// -w·x at each sample's class, for log-probabilities x (from `logSoftmax`), averaged with the classes' weights.
///
/// From logits, `crossEntropy` gives the same in one pass.
///
/// Shape: log-probabilities [N, classes, ...], or [classes] for a single sample; indices [N, ...] of an integer type. The
/// result is a scalar, or of the indices' shape for `.none`.
/// - Parameters:
///   - weight: One factor per class.
///   - ignoredIndex: Samples with this index give 0 and no gradient.
public func negativeLogLikelihood(
  logProbabilities: Tensor, classIndices: Tensor, weight: Tensor? = nil, ignoredIndex: Int = -100,
  reduction: LossReduction = .mean
) -> Tensor {
  let logProbabilities = logProbabilities.uncast
  let axis = logProbabilities.rank > 1 ? 1 : 0
  if weight == nil, reduction == .mean, logProbabilities.dtype.isFloatingPoint {
    return logProbabilities.meanNegativeLogLikelihood(classIndices: classIndices, ignoredIndex: ignoredIndex)
  }
  if let error = classificationError(logProbabilities, classIndices, weight, ignoredIndex, axis) {
    report(error)
    return logProbabilities.sum()
  }
  let counts = classIndices .!= Tensor(ignoredIndex)
  let places = Tensor.where(counts, classIndices, 0)
  let chosen = logProbabilities.gathered(places.unsqueezed(axis), axis: axis).squeezed(axis)
  let unit = counts.converted(to: logProbabilities.dtype)
  let weights = weight.map { unit * $0.indexSelected(places.flattened(), axis: 0).reshaped(to: places.shape) } ?? unit
  return reduction(Tensor.where(counts, -chosen, 0) * weights, weights: weights)
}

/// What is wrong with the operands of a loss of class indices, if anything is.
private func classificationError(
  _ scores: Tensor, _ indices: Tensor, _ weight: Tensor?, _ ignored: Int, _ axis: Int
) -> TensorError? {
  let name = "negativeLogLikelihood"
  let operands = [("logProbabilities", scores.spec), ("classIndices", indices.spec)]
  guard scores.rank > 0, indices.dtype.isInteger else {
    return TensorError(
      .dtype, operation: name, operands: operands, expected: "an axis of classes, and class indices of an integer type",
      got: "\(scores.rank) axes and \(indices.dtype)")
  }
  var rows = scores.shape.sizes
  rows.remove(at: axis)
  guard indices.shape == Shape(rows) else {
    return TensorError(
      .shape, operation: name, operands: operands, expected: "one class index per row: shape \(Shape(rows))",
      got: "\(indices.shape)", hint: "the axis of classes is axis \(axis)")
  }
  if let weight, weight.shape != [scores.shape[axis]] {
    return TensorError(
      .shape, operation: name, operands: operands + [("weight", weight.spec)],
      expected: "one weight per class: [\(scores.shape[axis])]", got: "\(weight.shape)")
  }
  return CrossEntropy.rangeError(indices, classCount: scores.shape[axis], ignored, operation: name)
}
