/// The gradient of the logits from g, that of their mean cross-entropy: (e^(x - m - l) - [j = t])·g/n, and 0 in ignored
/// rows.
///
/// Inputs: g; n, the number of rows that count; logits; labels with an axis of one class; each row's largest logit m
/// and l = log Σe^(x - m).
struct MeanCrossEntropyGradient: FusedOperation, CrossEntropyOfClasses {
  static let name = "meanCrossEntropyGradient"
  static let operands: Operands = ["gradient", "count", "x", .indices("classes"), "largest", "logarithm"]
  static let equation = "dx = g/n·(softmax(x) - [j = t])"
  static var autocastRule: AutocastRule { .asGiven }
  let axis: Int
  let labelSmoothing: Double
  let ignoredIndex: Int

  private var formula: Formula { Self.formulas[isSmoothed ? 1 : 0] }
  private static let formulas = [formula(isSmoothed: false), formula(isSmoothed: true)]

  private static func formula(isSmoothed: Bool) -> Formula {
    Formula(inputs: 6, parameters: 3) { x, p in
      let isIgnored = x[3] .== p[0]
      let probability = exp(CrossEntropyFormulas.logProbability(isIgnored, x[2], x[4], x[5]))
      var slope = probability - (Expression.position .== x[3])
      if isSmoothed { slope = p[1] * slope + p[2] * (Expression.rowLength * probability - 1) }
      return [select(isIgnored, 0, x[0] / x[1] * slope)]
    }
  }

  func saves(needs: [Bool]) -> Saves { .inputs }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let logits = inputs[2]
    guard let axis = logits.shape.axis(axis) else { throw .axis(axis, rank: logits.shape.rank, operation: Self.name) }
    let rows = logits.shape.removing(axes: [axis], keepDims: true)
    for (shape, input) in zip([[], [], logits.shape, rows, rows, rows], inputs) {
      try TensorError.requireShape(shape, input, operation: Self.name)
    }
    return [TensorSpec(logits.shape, logits.dtype.floating)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = outputs[0].shape.axis(axis) ?? 0
    let found = isSmoothed ? nil : inputs.backend.crossEntropyGradient(inputs, axis: axis, ignored: ignoredIndex)
    return [found ?? map(formula, inputs, like: inputs[2])]
  }

  func composite(_ inputs: [Tensor]) -> [Tensor] { [map(formula, inputs, like: inputs[2])] }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let logits = batch.whole(2)
    let place = logits.shape.axis(batch.shifted(axis)) ?? 1
    let map = FormulaMap(
      formula: formula, parameters: parameters(logits.shape[place]), axis: place,
      dtype: logits.dtype.floating)
    return batch.broadcasting(map)
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[2].shape.count : axis
    let parameters = parameters(inputs[2].shape[axis])
    return ReferenceArray.rowMap(formula, parameters, axis: axis, inputs, reducesRow: false)
  }

  static let samples = [
    Sample(
      MeanCrossEntropyGradient(axis: -1, labelSmoothing: 0, ignoredIndex: -100), .real([]), .real([], in: 1...2),
      .real([4, 3]), .exactly([2, 0, -100, 2], [4, 1], dtype: .int64), .real([4, 1]), .real([4, 1])),
    Sample(
      MeanCrossEntropyGradient(axis: 1, labelSmoothing: 0.2, ignoredIndex: -100), .real([]), .real([], in: 1...2),
      .real([2, 3, 2]), .exactly([2, 0, -100, 1], [2, 1, 2], dtype: .int64), .real([2, 1, 2]), .real([2, 1, 2])),
  ]

  static let refusals = [
    Refusal(
      samples[0].operation, .real([]), .real([]), .real([4, 3]), .integers([4], in: 0..<3), .real([4, 1]),
      .real([4, 1]), because: "shape [4, 1]")
  ]
}
