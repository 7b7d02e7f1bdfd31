import WeftTensor

/// The classes that were predicted and the true ones, as numbers.
struct ClassAnswers {
  let predicted: [Int]
  let truth: [Int]

  /// Reads a batch: scores [N, classes, ...] of at least two classes with targets [N, ...]; or predictions of the
  /// targets' shape, classes where they are integers, else the probability of class 1, which is predicted from 0.5 on.
  ///
  /// - Parameters:
  ///   - classCount: How many classes there are, where that is known.
  ///   - ignored: A target to leave out.
  init(
    _ predictions: Tensor, _ targets: Tensor, classCount: Int?, ignoring ignored: Int?, operation: String
  ) throws(TensorError) {
    let predicted = try Self.classes(predictions, targets, operation)
    let kept = zip(predicted, targets.detach().scalars(as: Int.self)).filter { $1 != ignored }
    (self.predicted, truth) = (kept.map(\.0), kept.map(\.1))
    let classes = 0..<(classCount ?? Int.max)
    for (name, values) in [("predictions", self.predicted), ("targets", truth)] {
      if let wrong = values.first(where: { !classes.contains($0) }) {
        throw TensorError(
          .index, operation: operation,
          expected: classCount.map { "\(name) from 0 through \($0 - 1)" } ?? "\(name) from 0", got: "\(wrong)")
      }
    }
  }

  private static func classes(
    _ predictions: Tensor, _ targets: Tensor, _ operation: String
  ) throws(TensorError) -> [Int] {
    guard !targets.dtype.isFloatingPoint else {
      throw .metric(operation, predictions, targets, expected: "targets of whole numbers", got: "\(targets.dtype)")
    }
    if predictions.shape == targets.shape {
      guard predictions.dtype.isFloatingPoint else { return predictions.detach().scalars(as: Int.self) }
      return predictions.detach().scalars(as: Double.self).map { $0 >= 0.5 ? 1 : 0 }
    }
    let sizes = predictions.shape.sizes
    guard sizes.count >= 2, sizes[1] > 1, [sizes[0]] + sizes[2...] == targets.shape.sizes else {
      throw .metric(
        operation, predictions, targets,
        expected:
          "predictions of the targets' shape, or scores [N, classes, ...] of more than one class for targets [N, ...]",
        got: "\(predictions.shape) for \(targets.shape)")
    }
    return noGrad { predictions.detach().argMax(axis: 1).scalars(as: Int.self) }
  }
}
