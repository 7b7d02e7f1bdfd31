/// A loss that one pass over memory computes, and that its definition computes in steps: those are what somebody who looks
/// inside wants to see.
protocol StepwiseLoss {
  /// The loss in its steps, each an operation of its own; nil where it has others than these.
  func inSteps(_ inputs: [Tensor]) -> Tensor?
}

extension ElementwiseTotal: StepwiseLoss {
  /// The error of each element, and the sum or the mean of them.
  func inSteps(_ inputs: [Tensor]) -> Tensor? {
    let errors = apply(element.operation, inputs)
    return isMean ? apply(Mean(), errors)[0] : apply(Sum(), errors)[0]
  }
}

extension MeanCrossEntropy: StepwiseLoss {
  /// log softmax(x), of that the number at each row's class, its negative, and the mean of these. With smoothing, or rows
  /// that do not count, it is another sum.
  func inSteps(_ inputs: [Tensor]) -> Tensor? {
    let (logits, classes) = (inputs[0], inputs[1])
    guard !isSmoothed, let (index, axis) = plainClasses(classes, of: logits, axis, ignored: ignoredIndex) else {
      return nil
    }
    let chosen = apply(Gather(axis: axis), [apply(LogSoftmaxOperation(axis: axis), [logits])[0], index])
    return apply(Mean(), apply(Negate(), chosen))[0]
  }
}

extension MeanNegativeLogLikelihood: StepwiseLoss {
  /// The number at each row's class, its negative, and the mean of these.
  func inSteps(_ inputs: [Tensor]) -> Tensor? {
    guard let (index, axis) = plainClasses(inputs[1], of: inputs[0], axis, ignored: ignoredIndex) else { return nil }
    return apply(Mean(), apply(Negate(), apply(Gather(axis: axis), [inputs[0], index])))[0]
  }
}

/// The classes as places along an axis, from 0, of the rows of `scores`; nil where one does not count or is none.
private func plainClasses(
  _ classes: Tensor, of scores: Tensor, _ axis: Int, ignored: Int
) -> (index: Tensor, axis: Int)? {
  guard let axis = scores.shape.axis(axis), scores.isPlain, classes.isPlain, classes.dtype.isInteger,
    classes.shape == scores.shape.removing(axes: [axis], keepDims: false)
  else { return nil }
  // What it takes to know them is no step of the loss.
  return Modes.with({ $0.tracer = nil }) { () -> (index: Tensor, axis: Int)? in
    let (labels, known) = (classes.converted(to: .int64), 0..<scores.shape[axis])
    let isPlain = labels.scalars(as: Int.self).allSatisfy { known.contains($0) && $0 != ignored }
    return isPlain && labels.elementCount > 0 ? (labels.unsqueezed(axis), axis) : nil
  }
}
