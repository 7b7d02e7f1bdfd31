/// The mean over rows of -log softmax(x)ₜ with class index t, rows with the ignored index left out: what a classifier's
/// training minimizes, as one operation. With label smoothing as in `CrossEntropy`.
/// Gradient of x: g/n·(softmax(x) - [j = t]), n the number of rows that count.
///
/// Inputs: logits, and labels without the axis of classes. Results: the mean (NaN where no row counts, as in PyTorch, with
/// the gradient 0); each row's largest logit m and log Σe^(x - m), which the gradient reads (0 where ignored); n, at
/// least 1.
public struct MeanCrossEntropy: CrossEntropyOfClasses {
  public static let name = "meanCrossEntropy"
  public static let operands: Operands = ["x", .indices("classes")]
  public static let equation = "L = mean(log Σⱼ exp(xⱼ) - xₜ)"
  public let axis: Int
  public let labelSmoothing: Double
  public let ignoredIndex: Int

  public init(axis: Int = -1, labelSmoothing: Double = 0, ignoredIndex: Int = -100) {
    (self.axis, self.labelSmoothing, self.ignoredIndex) = (axis, labelSmoothing, ignoredIndex)
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let logits = inputs[0]
    guard let axis = logits.shape.axis(axis) else { throw .axis(axis, rank: logits.shape.rank, operation: Self.name) }
    let rows = logits.shape.removing(axes: [axis], keepDims: true)
    guard inputs[1].shape == rows.removing(axes: [axis], keepDims: false) else {
      throw CrossEntropy.labelError(logits, inputs[1], axis)
    }
    let labels = TensorSpec(rows, inputs[1].dtype)
    try CrossEntropy(axis: axis).check([logits, labels], classes: axis, given: inputs[1])
    try checkSmoothing(labelSmoothing)
    let (dtype, row) = (logits.dtype.floating, TensorSpec(rows, logits.dtype.floating.statistics))
    return [TensorSpec([], dtype), row, row, TensorSpec([], dtype.statistics)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (backend, logits) = (inputs.backend, inputs[0])
    let axis = logits.shape.axis(axis) ?? 0
    let form = Self.forms[isSmoothed ? 1 : 0]
    let labels = labels(inputs[1], like: outputs[1].shape)
    let rows = Array(repeating: outputs[1], count: form.partials.outputs.count)
    // Per row: the largest logit m, Σe^(x - m), xₜ - m, and where smoothed Σ(x - m) and the number of classes.
    let found = isSmoothed ? nil : backend.crossEntropyRows(logits, inputs[1], axis: axis, as: outputs[1])
    let partials = found ?? backend.rowMap(form.partials, [], axis: axis, [logits, labels], as: rows)
    let one = TensorSpec(Shape(axes: AxisValues(repeating: 1, count: logits.rank)), outputs[1].dtype)
    let sums = backend.reduce(
      form.sums, parameters(logits.shape[axis]), by: [.sum, .sum, .minimum, .maximum], axes: Array(0..<logits.rank),
      [labels] + partials.dropFirst(), as: [one, one, one, one])
    if let error = rangeError(sums[2], sums[3], inputs) { return outputs.map { _ in .failed(error) } }
    let ignored = parameters(logits.shape[axis])
    let row = backend.map(Self.statistics, ignored, [labels] + partials.prefix(2), as: [outputs[1], outputs[2]])
    let specs = [outputs[0], outputs[3]].map { TensorSpec(one.shape, $0.dtype) }
    let results = backend.map(Self.mean, [], [sums[0], sums[1]], as: specs).map { $0.view(shape: [], strides: []) }
    return [results[0]] + row + [results[1]]
  }

  /// An error if the smallest or the largest label that counts, as far as a float32 tells, is no class.
  private func rangeError(_ smallest: Tensor, _ largest: Tensor, _ inputs: [Tensor]) -> TensorError? {
    let (backend, classCount) = (inputs.backend, inputs[0].shape[axis])
    let last = Double(Swift.min(classCount, 1 << 24)) - 1
    if backend.isWithin(smallest, 0, .infinity), backend.isWithin(largest, -.infinity, last) { return nil }
    return CrossEntropy.rangeError(inputs[1], classCount: classCount, ignoredIndex)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let operands = [saved.input(0), saved.input(1).unsqueezed(axis), saved.output(1), saved.output(2)]
    let result = gradients[0].map { gradient($0, saved.output(3), operands) }
    return [added(result, statisticsGradient(gradients[1], gradients[2], operands)), nil]
  }

  /// The gradient of the logits from that of the mean, `g`.
  private func gradient(_ g: Tensor, _ count: Tensor, _ operands: [Tensor]) -> Tensor {
    let slope = MeanCrossEntropyGradient(axis: axis, labelSmoothing: labelSmoothing, ignoredIndex: ignoredIndex)
    return apply(slope, [g, count] + operands)[0]
  }

  /// The labels with an axis of one class put in, outside any graph.
  private func labels(_ labels: Tensor, like rows: Shape) -> Tensor {
    var strides = labels.strides
    strides.insert(0, at: rows.axis(axis) ?? 0)
    return labels.view(shape: rows, strides: strides)
  }

  /// The gradient times the tangent, added up.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let t = tangents[0] else { return [nil, nil, nil, nil] }
    let operands = [inputs[0], inputs[1].unsqueezed(axis), outputs[1], outputs[2]]
    let one = outputs[1].onesLike()
    let seeds: [(Tensor?, Tensor?)] = [(one, nil), (nil, one)]
    let ofRows = seeds.map { seed in
      statisticsGradient(seed.0, seed.1, operands).map { ($0 * t).sum(axis: axis, keepDims: true) }
    }
    return [(gradient(outputs[0].onesLike(), outputs[3], operands) * t).sum()] + ofRows + [nil]
  }

  /// The rows' losses, and the mean of each example's.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let rowwise = CrossEntropy(axis: batch.shifted(axis), labelSmoothing: labelSmoothing, ignoredIndex: ignoredIndex)
    let logits = batch.whole(0)
    let place = logits.shape.axis(rowwise.axis) ?? 1
    let rows = apply(rowwise, [logits, batch.whole(1).unsqueezed(place)])
    let (axes, dtype) = (Array(1..<logits.rank), rows[1].dtype)
    let counts = rows[3].sum(axes: axes)
    let isEmpty = counts .== 0
    let least = Tensor.where(isEmpty, counts.onesLike(), counts)
    let means = Tensor.where(isEmpty, Tensor(weak: Double.nan), rows[0].sum(axes: axes, dtype: dtype) / least)
    return [means.converted(to: logits.dtype.floating), rows[1], rows[2], least]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    var labels = inputs[1]
    labels.shape.insert(1, at: axis)
    let rows = CrossEntropy(axis: axis, labelSmoothing: labelSmoothing, ignoredIndex: ignoredIndex)
      .reference([inputs[0], labels])
    guard let rows else { return nil }
    let count = rows[3].values.reduce(0, +)
    let mean = rows[0].values.reduce(0, +) / count
    let least = ReferenceArray(shape: [], values: [Swift.max(count, 1)])
    return [ReferenceArray(shape: [], values: [mean]), rows[1], rows[2], least]
  }

  public static let samples = [
    Sample(MeanCrossEntropy(), .real([4, 3]), .exactly([2, 0, 1, 2], [4], dtype: .int64)),
    Sample(MeanCrossEntropy(axis: 1), .real([2, 3, 2]), .exactly([2, 0, -100, 1], [2, 2], dtype: .int64)),
    Sample(MeanCrossEntropy(axis: 0, ignoredIndex: 1), .real([3]), .exactly([0], [], dtype: .int32)),
    Sample(MeanCrossEntropy(), .real([2, 3], in: 300...302), .exactly([1, 2], [2], dtype: .int64)),
    // What an ignored row holds is not looked at.
    Sample(
      MeanCrossEntropy(), .exactly([1, 2, 3, .nan, .infinity, 0], [2, 3]), .exactly([1, -100], [2], dtype: .int64)),
    Sample(
      MeanCrossEntropy(labelSmoothing: 0.1, ignoredIndex: 0), .real([3, 4]), .exactly([2, 0, 3], [3], dtype: .uint8)),
    Sample(
      MeanCrossEntropy(axis: 1, labelSmoothing: 0.2), .real([2, 3, 2]),
      .exactly([2, 0, -100, 1], [2, 2], dtype: .int64)),
  ]

  public static let refusals = [
    Refusal(MeanCrossEntropy(axis: 2), .real([4, 3]), .integers([4], in: 0..<3), because: "an axis in -2 ..< 2"),
    Refusal(MeanCrossEntropy(), .real([4, 3]), .real([4]), because: "class indices of an integer type"),
    Refusal(
      MeanCrossEntropy(), .real([4, 3]), .integers([4, 1], in: 0..<3), because: "one class index per row of logits"),
    Refusal(MeanCrossEntropy(), .real([4, 0]), .integers([4], in: 0..<1), because: "at least one class"),
    Refusal(MeanCrossEntropy(), .real([1, 3]), .exactly([3], [1], dtype: .int64), because: "class indices in 0 ..< 3"),
    Refusal(
      MeanCrossEntropy(labelSmoothing: -0.1), .real([4, 3]), .integers([4], in: 0..<3),
      because: "a smoothing in 0 ... 1"),
    Refusal(MeanCrossEntropy(), .real([1, 3]), .exactly([-1], [1], dtype: .int64), because: "smallest -1"),
  ]
}

/// The formulas of `MeanCrossEntropy`. Parameters: the ignored index, 1 - ε, ε/C.
extension MeanCrossEntropy {
  private struct Form {
    let partials: Formula
    /// From label, Σe^(x - m), xₜ - m (, Σ(x - m), C): the loss, 1 where the row counts, and twice the label of a row
    /// that counts, else 0 (whose extremes are to be classes).
    let sums: Formula
  }

  private static let forms = [false, true].map { isSmoothed in
    Form(
      partials: CrossEntropyFormulas.of(isWeighted: false, isSmoothed: isSmoothed).partials, sums: sums(isSmoothed))
  }

  /// From label, m and Σe^(x - m).
  private static let statistics = Formula(inputs: 3, parameters: 3) { x, p in
    let isKept = x[0] .!= p[0]
    return [select(isKept, x[1], 0), select(isKept, log(x[2]), 0)]
  }

  /// From the sum of the losses and n.
  private static let mean = Formula(inputs: 2) { x, _ in [x[0] / x[1], maximum(x[1], 1)] }

  private static func sums(_ isSmoothed: Bool) -> Formula {
    Formula(inputs: isSmoothed ? 5 : 3, parameters: 3) { x, p in
      let isKept = x[0] .!= p[0]
      let logSum = log(x[1])
      var loss = logSum - x[2]
      if isSmoothed { loss = p[1] * loss + p[2] * (x[4] * logSum - x[3]) }
      let valid = select(isKept, x[0], 0)
      return [select(isKept, loss, 0), isKept, valid, valid]
    }
  }
}

extension Tensor {
  /// The mean cross-entropy of these logits with class indices: `crossEntropy(classIndices:)` and the mean over the rows
  /// that count, in one operation.
  ///
  /// Shape: self [N, classes, ...], `classIndices` [N, ...] of an integer type; a scalar results.
  ///
  /// - Parameters:
  ///   - axis: The axis of classes; left out, axis 1, or 0 for a single row.
  ///   - labelSmoothing: The share ε of the target that is spread over all classes (Szegedy et al. 2015).
  ///   - ignoredIndex: Rows with this index do not count.
  public func meanCrossEntropy(
    classIndices: Tensor, axis: Int? = nil, labelSmoothing: Double = 0, ignoredIndex: Int = -100
  ) -> Tensor {
    let operation = MeanCrossEntropy(
      axis: axis ?? (rank > 1 ? 1 : 0), labelSmoothing: labelSmoothing, ignoredIndex: ignoredIndex)
    return apply(operation, [self, classIndices])[0]
  }
}
