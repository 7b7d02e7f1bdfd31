/// -log softmax(x)ₜ for each row of logits x with class index t: L = log Σⱼ e^xⱼ - xₜ.
/// Gradient of x: g(softmax(x) - [j = t]).
///
/// With class weights w and label smoothing ε (Szegedy et al. 2015), as in PyTorch:
/// L = (1 - ε)·wₜ·(-log pₜ) + ε/C · Σⱼ wⱼ·(-log pⱼ). A row whose index is `ignoredIndex` gives 0 and gets no gradient.
///
/// Results: the losses; the largest logit m and log Σe^(x - m), which the gradient reads; and each row's weight wₜ (1
/// without weights), whose sum a mean is divided by. All of them are 0 where the row is ignored.
public struct CrossEntropy: CrossEntropyOfClasses {
  public static let name = "crossEntropy"
  public static let operands: Operands = ["x", .indices("classes"), .optional("weight")]
  public static let equation = "L = log Σⱼ exp(xⱼ) - xₜ"
  public let axis: Int
  public let labelSmoothing: Double
  public let ignoredIndex: Int

  public init(axis: Int = -1, labelSmoothing: Double = 0, ignoredIndex: Int = -100) {
    (self.axis, self.labelSmoothing, self.ignoredIndex) = (axis, labelSmoothing, ignoredIndex)
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let logits = inputs[0]
    guard let axis = logits.shape.axis(axis) else { throw .axis(axis, rank: logits.shape.rank, operation: Self.name) }
    try check(inputs, classes: axis)
    let rows = logits.shape.removing(axes: [axis], keepDims: true)
    let dtype = logits.dtype.floating
    try checkSmoothing(labelSmoothing)
    return [TensorSpec(rows, dtype)] + Array(repeating: TensorSpec(rows, dtype.statistics), count: 3)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = outputs[0].shape.axis(axis) ?? 0
    let labels = inputs[1].reshaped(to: outputs[0].shape.removing(axes: [axis], keepDims: false))
    if let error = Self.rangeError(labels, classCount: inputs[0].shape[axis], ignoredIndex) {
      return outputs.map { _ in .failed(error) }
    }
    let form = CrossEntropyFormulas.of(isWeighted: inputs.count > 2, isSmoothed: isSmoothed)
    let rows = Array(repeating: outputs[1], count: form.partials.outputs.count)
    let partials = inputs.backend.rowMap(form.partials, [], axis: axis, inputs, as: rows)
    // What is left is one number per row.
    return inputs.backend.map(form.results, parameters(inputs[0].shape[axis]), [inputs[1]] + partials, as: outputs)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let inputs = saved.inputSpecs.indices.map(saved.input)
    let row = Row(largest: saved.output(1), logSum: saved.output(2), weight: saved.output(3))
    let isWeighted = inputs.count > 2
    let form = CrossEntropyFormulas.of(isWeighted: isWeighted, isSmoothed: isSmoothed)
    var results: [Tensor?] = [nil, nil, nil]
    if needs[0], let g = gradients[0] { results[0] = gradient(form, g, inputs, row) }
    let operands = [inputs[0], inputs[1]] + row.statistics
    if needs[0] { results[0] = added(results[0], statisticsGradient(gradients[1], gradients[2], operands)) }
    if isWeighted, needs[2] {
      let (ofLoss, ofWeight) = (gradients[0] ?? row.logSum.zerosLike(), gradients[3] ?? row.logSum.zerosLike())
      results[2] = weightGradient(form, ofLoss, ofWeight, inputs, row)
    }
    return Array(results.prefix(needs.count))
  }

  /// What is known of each row.
  private struct Row {
    let largest, logSum, weight: Tensor
    var statistics: [Tensor] { [largest, logSum] }
  }

  /// The gradient of the logits from that of the losses, `g`.
  private func gradient(_ form: CrossEntropyFormulas, _ g: Tensor, _ inputs: [Tensor], _ row: Row) -> Tensor {
    let weights = inputs.count > 2 ? [inputs[2], inputs[2].sum()] : []
    let wide = g.expanded(to: inputs[0].shape)
    let operands = [wide, inputs[0], inputs[1], row.largest, row.logSum, row.weight] + weights
    return map(form.gradient, operands, like: inputs[0])
  }

  /// The gradient of the weights from those of the losses and of the rows' weights, before it is summed over rows.
  private func weightGradient(
    _ form: CrossEntropyFormulas, _ ofLoss: Tensor, _ ofWeight: Tensor, _ inputs: [Tensor], _ row: Row
  ) -> Tensor {
    map(form.weightGradient, [ofLoss, ofWeight, inputs[0], inputs[1], row.largest, row.logSum], like: inputs[0])
  }

  /// Along each row, the gradient times the tangent, added up.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let (form, axis) = (CrossEntropyFormulas.of(isWeighted: inputs.count > 2, isSmoothed: isSmoothed), axis)
    let row = Row(largest: outputs[1], logSum: outputs[2], weight: outputs[3])
    let (one, zero) = (row.logSum.onesLike(), row.logSum.zerosLike())
    func total(_ slopes: Tensor?, _ tangent: Tensor) -> Tensor? {
      slopes.map { ($0 * tangent).sum(axis: axis, keepDims: true) }
    }
    var results: [Tensor?] = [nil, nil, nil, nil]
    if let t = tangents[0] {
      results[0] = total(gradient(form, one, inputs, row), t)
      results[1] = total(statisticsGradient(one, nil, [inputs[0], inputs[1]] + row.statistics), t)
      results[2] = total(statisticsGradient(nil, one, [inputs[0], inputs[1]] + row.statistics), t)
    }
    if inputs.count > 2, let t = tangents[2] {
      results[0] = added(results[0], total(weightGradient(form, one, zero, inputs, row), t))
      results[3] = total(weightGradient(form, zero, one, inputs, row), t)
    }
    return results
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let wide = CrossEntropy(axis: batch.shifted(axis), labelSmoothing: labelSmoothing, ignoredIndex: ignoredIndex)
    let weights = batch.inputs.indices.dropFirst(2).map { batch.aligned($0, rank: batch.specs[0].shape.rank) }
    return apply(wide, [batch.whole(0), batch.whole(1)] + weights)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (logits, labels) = (inputs[0], inputs[1])
    let axis = axis < 0 ? axis + logits.shape.count : axis
    let classes = 0..<logits.shape[axis]
    func row(_ array: ReferenceArray, _ index: [Int]) -> [Double] {
      classes.map { place in
        var index = index
        index[axis] = place
        return array[index]
      }
    }
    var results = (0..<4).map { _ in ReferenceArray(shape: labels.shape) { _ in 0 } }
    for index in ReferenceArray.indices(of: labels.shape) {
      let x = row(logits, index)
      let logSum = ScalarFunctions.unary(.log, x.reduce(0) { $0 + ScalarFunctions.unary(.exp, $1) })
      let weights = inputs.count > 2 ? row(inputs[2], index) : x.map { _ in 1 }
      guard let label = classes.first(where: { Double($0) == labels[index] }), label != ignoredIndex else { continue }
      results[1][index] = x.max() ?? 0
      results[2][index] = logSum - results[1][index]
      let smooth = zip(weights, x).reduce(0) { $0 + $1.0 * (logSum - $1.1) } / Double(classes.count)
      results[0][index] = (1 - labelSmoothing) * weights[label] * (logSum - x[label]) + labelSmoothing * smooth
      results[3][index] = weights[label]
    }
    return results
  }

  public static let samples = [
    Sample(CrossEntropy(), .real([4, 3]), .exactly([2, 0, 1, 2], [4, 1], dtype: .int64)),
    Sample(CrossEntropy(axis: 1), .real([2, 3, 2]), .exactly([2, 0, -100, 1], [2, 1, 2], dtype: .int64)),
    Sample(CrossEntropy(axis: 0, ignoredIndex: 1), .real([3]), .exactly([1], [1], dtype: .int32)),
    Sample(
      CrossEntropy(labelSmoothing: 0.1, ignoredIndex: 0), .real([3, 4]), .exactly([2, 0, 3], [3, 1], dtype: .uint8)),
    Sample(
      CrossEntropy(), .real([3, 2]), .exactly([0, 1, 1], [3, 1], dtype: .int64),
      .exactly([0.5, 2], [2], dtype: .float32)),
    Sample(
      CrossEntropy(axis: 1, labelSmoothing: 0.2), .real([2, 3, 2]),
      .exactly([2, 0, -100, 1], [2, 1, 2], dtype: .int64),
      .exactly([0.5, 2, 1], [3, 1], dtype: .float32)),
    Sample(CrossEntropy(), .real([2, 3], in: 300...302), .exactly([1, 2], [2, 1], dtype: .int64)),
    // What an ignored row holds is not looked at.
    Sample(
      CrossEntropy(), .exactly([1, 2, 3, .nan, .infinity, 0], [2, 3]), .exactly([1, -100], [2, 1], dtype: .int64)),
    Sample(
      CrossEntropy(labelSmoothing: 0.1), .exactly([1, 2, 3, .nan, .infinity, 0], [2, 3]),
      .exactly([1, -100], [2, 1], dtype: .int64), .exactly([0.5, 2, 1], [3], dtype: .float32)),
    Sample(CrossEntropy(), .real([0, 3]), .exactly([], [0, 1], dtype: .int64)),
  ]

  public static let refusals = [
    Refusal(CrossEntropy(axis: 2), .real([4, 3]), .integers([4, 1], in: 0..<3), because: "an axis in -2 ..< 2"),
    Refusal(CrossEntropy(), .real([4, 3]), .real([4, 1]), because: "class indices of an integer type"),
    Refusal(CrossEntropy(), .real([4, 3]), .integers([4], in: 0..<3), because: "one class index per row of logits"),
    Refusal(CrossEntropy(), .real([4, 0]), .integers([4, 1], in: 0..<1), because: "at least one class"),
    Refusal(CrossEntropy(), .real([4, 3]), .integers([4, 1], in: 0..<3), .real([2]), because: "one weight per class"),
    Refusal(CrossEntropy(), .real([1, 3]), .exactly([3], [1, 1], dtype: .int64), because: "class indices in 0 ..< 3"),
    Refusal(
      CrossEntropy(labelSmoothing: 2), .real([4, 3]), .integers([4, 1], in: 0..<3), because: "a smoothing in 0 ... 1"),
  ]
}
