/// -Σⱼ tⱼ·log softmax(x)ⱼ for each row of logits x and targets t. Gradients: of x, g(softmax(x)·Σt - t); of t,
/// -g·log softmax(x). A target of 0 counts 0 even where the logit is -∞.
public struct CrossEntropyOfProbabilities: RowOperation {
  public static let name = "crossEntropyOfProbabilities"
  public static let operands: Operands = ["x", "target"]
  public static let equation = "L = -Σⱼ tⱼ·log softmax(x)ⱼ"
  public static var autocastRule: AutocastRule { .float32 }
  public static let reducesRow = true
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in
      let shifted = x[0] - detached(max(x[0]))
      let e = exp(shifted)
      let total = sum(e)
      return [g[0] * (e / total * sum(x[1]) - x[1]), g[0] * (log(total) - shifted)]
    },
    { x, _ in
      let shifted = x[0] - max(x[0])
      let logProbability = shifted - log(sum(exp(shifted)))
      // 0·(-∞) counts 0; a target of 0 elsewhere is a factor like any other, along which there is a slope.
      let isOut = (x[1] .== 0) .& (logProbability .== Expression(-.infinity))
      return [-sum(x[1] * select(isOut, 0, logProbability))]
    })
  public let axis: Int

  public init(axis: Int = -1) { self.axis = axis }

  public static let defaults: Attributes = ["axis": -1]

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.broadcasting(CrossEntropyOfProbabilities(axis: batch.shifted(axis)))
  }

  public static let samples = [
    Sample(CrossEntropyOfProbabilities(), .real([2, 3]), .real([2, 3], in: 0.1...1)),
    Sample(CrossEntropyOfProbabilities(axis: 1), .real([2, 3, 2], in: 100...102), .real([2, 3, 2], in: 0.1...1)),
    Sample(CrossEntropyOfProbabilities(axis: 0), .real([4]), .real([4], in: 0.1...1)),
    Sample(CrossEntropyOfProbabilities(), .real([2, 3]), .exactly([1, 0, 0, 0, 0.5, 0.5], [2, 3])),
  ]

  public static let refusals = [
    Refusal(CrossEntropyOfProbabilities(axis: 2), .real([2, 3]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(CrossEntropyOfProbabilities(), .real([2, 3]), .real([2, 4]), because: "broadcast"),
    Refusal(CrossEntropyOfProbabilities(), .real([2, 0]), .real([2, 0]), because: "rows of at least one element"),
    Refusal(CrossEntropyOfProbabilities(), .real([2, 3]), because: "2 operands"),
  ]
}

extension Tensor {
  /// The cross-entropy of each row of these logits with class probabilities.
  ///
  /// Shape: self and `probabilities` [N, classes, ...], the result [N, ...].
  ///
  /// - Parameters:
  ///   - axis: The axis of classes; left out, axis 1, or 0 for a single row.
  ///   - weight: One per class.
  ///   - labelSmoothing: The share of the target that is spread over all classes (Szegedy et al. 2015).
  public func crossEntropy(
    probabilities: Tensor, axis: Int? = nil, weight: Tensor? = nil, labelSmoothing: Double = 0
  ) -> Tensor {
    let operation = CrossEntropyOfProbabilities(axis: axis ?? (rank > 1 ? 1 : 0))
    guard let place = shape.axis(operation.axis) else {
      return .failed(.axis(operation.axis, rank: rank, operation: CrossEntropyOfProbabilities.name))
    }
    if let error = CrossEntropyOfProbabilities.error(self, probabilities, weight, place) { return .failed(error) }
    do throws(TensorError) { try operation.checkSmoothing(labelSmoothing) } catch { return .failed(error) }
    var target = probabilities
    if labelSmoothing != 0 { target = target * (1 - labelSmoothing) + labelSmoothing / Double(shape[place]) }
    if let weight {
      target = target * weight.reshaped(to: Shape([shape[place]] + Array(repeating: 1, count: rank - 1 - place)))
    }
    return apply(operation, [self, target])[0].squeezed(place)
  }
}

extension CrossEntropyOfProbabilities {
  fileprivate static func error(_ logits: Tensor, _ targets: Tensor, _ weight: Tensor?, _ axis: Int) -> TensorError? {
    guard targets.shape == logits.shape, targets.dtype.isFloatingPoint else {
      return TensorError(
        targets.shape == logits.shape ? .dtype : .shape, operation: name,
        operands: [("logits", logits.spec), ("probabilities", targets.spec)],
        expected: "probabilities of the logits' shape and a floating-point type", got: "\(targets.spec)",
        hint: targets.shape == logits.shape
          ? "`probabilities: targets.converted(to: .float32)`" : "class indices go to `crossEntropy(classIndices:)`")
    }
    guard let weight, weight.shape != [logits.shape[axis]] else { return nil }
    return TensorError(
      .shape, operation: name, operands: [("logits", logits.spec), ("weight", weight.spec)],
      expected: "one weight per class: [\(logits.shape[axis])]", got: "\(weight.shape)")
  }
}
