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
    guard !isSmoothed, let axis = logits.shape.axis(axis), logits.isPlain, classes.isPlain, classes.dtype.isInteger,
      classes.shape == logits.shape.removing(axes: [axis], keepDims: false)
    else { return nil }
    // What it takes to know them is no step of the loss.
    let index = Modes.with({ $0.tracer = nil }) { () -> Tensor? in
      let (labels, known) = (classes.converted(to: .int64), 0..<logits.shape[axis])
      let isPlain = labels.scalars(as: Int.self).allSatisfy { known.contains($0) && $0 != ignoredIndex }
      return isPlain && labels.elementCount > 0 ? labels.unsqueezed(axis) : nil
    }
    guard let index else { return nil }
    let chosen = apply(Gather(axis: axis), [apply(LogSoftmaxOperation(axis: axis), [logits])[0], index])
    return apply(Mean(), apply(Negate(), chosen))[0]
  }
}
