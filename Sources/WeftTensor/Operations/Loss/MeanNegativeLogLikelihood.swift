/// The mean over rows of -xₜ, x being log-probabilities and t the row's class index, rows with the ignored index left out.
/// Gradient of x: -g/n at the rows' classes, n the number of rows that count, and 0 elsewhere.
///
/// Inputs: log-probabilities, and labels without the axis of classes. Results: the mean (NaN where no row counts, as in
/// PyTorch, with the gradient 0); n, at least 1.
package struct MeanNegativeLogLikelihood: TensorOperation {
  package static let name = "negativeLogLikelihood"
  package static let operands: Operands = ["x", .indices("classes")]
  package static let equation = "L = mean(-xₜ)"
  package static let defaults: Attributes = ["axis": -1, "ignoredIndex": -100]
  /// The axis of classes, counted from the end where negative.
  package let axis: Int
  /// The class of rows that do not count.
  package let ignoredIndex: Int

  package init(axis: Int = -1, ignoredIndex: Int = -100) { (self.axis, self.ignoredIndex) = (axis, ignoredIndex) }

  package func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (x, labels) = (inputs[0], inputs[1])
    let operands = [("logProbabilities", x), ("classIndices", labels)]
    guard let axis = x.shape.axis(axis) else { throw .axis(axis, rank: x.shape.rank, operation: Self.name) }
    guard labels.dtype.isInteger else {
      throw TensorError(
        .dtype, operation: Self.name, operands: operands, expected: "class indices of an integer type",
        got: "\(labels.dtype)")
    }
    let rows = x.shape.removing(axes: [axis], keepDims: false)
    guard labels.shape == rows else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands, expected: "one class index per row: shape \(rows)",
        got: "\(labels.shape)", hint: "the axis of classes is axis \(axis)")
    }
    guard x.shape[axis] > 0 else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands, expected: "at least one class (axis \(axis))", got: "none")
    }
    let dtype = x.dtype.floating
    return [TensorSpec([], dtype), TensorSpec([], dtype.statistics)]
  }

  package func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (x, backend) = (inputs[0], inputs.backend)
    let axis = x.shape.axis(axis) ?? 0
    let labels = Self.withAxis(axis, inputs[1])
    let specs = [TensorSpec(labels.shape, .int64), TensorSpec(labels.shape, .bool)]
    let found = backend.map(Self.places, [Double(ignoredIndex)], [labels], as: specs)
    guard let chosen = backend.gather(x, found[0], axis: axis, fromEnd: false) else {
      let error = CrossEntropy.rangeError(
        inputs[1], classCount: x.shape[axis], ignoredIndex, operation: Self.name)
      return outputs.map { _ in error.map { .failed($0) } ?? .invalid }
    }
    let one = TensorSpec(Shape(axes: AxisValues(repeating: 1, count: x.rank)), outputs[1].dtype)
    let sums = backend.reduce(
      Self.losses, [], by: [.sum, .sum], axes: Array(0..<x.rank), [chosen, found[1]], as: [one, one])
    let results = outputs.map { TensorSpec(one.shape, $0.dtype) }
    return backend.map(Self.mean, [], sums, as: results).map { $0.view(shape: [], strides: []) }
  }

  /// The labels with an axis of one class put in, outside any graph.
  private static func withAxis(_ axis: Int, _ labels: Tensor) -> Tensor {
    var (sizes, strides) = (labels.shape.sizes, labels.strides)
    sizes.insert(1, at: axis)
    strides.insert(0, at: axis)
    return labels.view(shape: Shape(sizes), strides: strides)
  }

  /// From the labels: each row's place among the classes, that of the first where it does not count, and whether it counts.
  private static let places = Formula(inputs: 1, parameters: 1) { x, p in
    let isKept = x[0] .!= p[0]
    return [select(isKept, x[0], 0), isKept]
  }

  /// From the rows' numbers and whether they count.
  private static let losses = Formula(inputs: 2) { x, _ in [select(x[1], -x[0], 0), x[1]] }

  /// From the sum of the losses and n.
  private static let mean = Formula(inputs: 2) { x, _ in [x[0] / x[1], maximum(x[1], 1)] }

  /// From g, n and the labels.
  private static let slopes = Formula(inputs: 3) { x, _ in [select(x[2], -(x[0] / x[1]), 0)] }

  package func saves(needs: [Bool]) -> Saves { [.input(1), .output(1)] }

  package func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { gradient($0, saved.input(1), saved.output(1), of: saved.inputSpecs[0]) }, nil]
  }

  /// The gradient of x from that of the mean, `g`.
  private func gradient(_ g: Tensor, _ labels: Tensor, _ count: Tensor, of x: TensorSpec) -> Tensor {
    let axis = x.shape.axis(axis) ?? 0
    let wide = labels.unsqueezed(axis)
    let isKept = wide .!= Tensor(ignoredIndex)
    let slopes = FormulaMap(formula: Self.slopes, parameters: [], axis: nil, dtype: g.dtype).run([g, count, isKept])
    return apply(Ungather(axis: axis, shape: x.shape), [slopes[0], Tensor.where(isKept, wide, 0)])[0]
  }

  /// The same of the tangent; 0 where no row counts.
  package func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let ofMean = tangents[0].map { t in
      let counts = (inputs[1] .!= Tensor(ignoredIndex)).any()
      return Tensor.where(counts, apply(self, [t, inputs[1]])[0], 0)
    }
    return [ofMean, nil]
  }

  /// The mean of each example's rows.
  package func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let x = batch.whole(0)
    let place = x.shape.axis(batch.shifted(axis)) ?? 1
    let labels = batch.whole(1).unsqueezed(place)
    let isKept = labels .!= Tensor(ignoredIndex)
    let chosen = x.gathered(Tensor.where(isKept, labels, 0), axis: place)
    let (axes, dtype) = (Array(1..<x.rank), x.dtype.floating.statistics)
    let counts = isKept.converted(to: dtype).sum(axes: axes)
    let isEmpty = counts .== 0
    let least = Tensor.where(isEmpty, counts.onesLike(), counts)
    let losses = Tensor.where(isKept, -chosen, 0).sum(axes: axes, dtype: dtype)
    let means = Tensor.where(isEmpty, Tensor(weak: Double.nan), losses / least)
    return [means.converted(to: x.dtype.floating), least]
  }

  package func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (x, labels) = (inputs[0], inputs[1])
    let axis = axis < 0 ? axis + x.shape.count : axis
    var (sum, count) = (0.0, 0.0)
    for index in ReferenceArray.indices(of: labels.shape) where labels[index] != Double(ignoredIndex) {
      var place = index
      place.insert(Int(labels[index]), at: axis)
      sum -= x[place]
      count += 1
    }
    return [
      ReferenceArray(shape: [], values: [sum / count]), ReferenceArray(shape: [], values: [Swift.max(count, 1)]),
    ]
  }

  package static let samples = [
    Sample(MeanNegativeLogLikelihood(), .real([4, 3]), .exactly([2, 0, 1, 2], [4], dtype: .int64)),
    Sample(
      MeanNegativeLogLikelihood(axis: 1), .real([2, 3, 2]), .exactly([2, 0, -100, 1], [2, 2], dtype: .int64)),
    Sample(MeanNegativeLogLikelihood(axis: 0, ignoredIndex: 1), .real([3]), .exactly([0], [], dtype: .int32)),
    // What an ignored row holds is not looked at.
    Sample(
      MeanNegativeLogLikelihood(ignoredIndex: 7), .exactly([1, 2, 3, .nan, .infinity, 0], [2, 3]),
      .exactly([1, 7], [2], dtype: .uint8)),
  ]

  package static let refusals = [
    Refusal(
      MeanNegativeLogLikelihood(axis: 2), .real([4, 3]), .integers([4], in: 0..<3), because: "an axis in -2 ..< 2"),
    Refusal(MeanNegativeLogLikelihood(), .real([4, 3]), .real([4]), because: "class indices of an integer type"),
    Refusal(
      MeanNegativeLogLikelihood(), .real([4, 3]), .integers([4, 1], in: 0..<3), because: "one class index per row"),
    Refusal(MeanNegativeLogLikelihood(), .real([4, 0]), .integers([4], in: 0..<1), because: "at least one class"),
    Refusal(
      MeanNegativeLogLikelihood(), .real([1, 3]), .exactly([3], [1], dtype: .int64),
      because: "class indices in 0 ..< 3"),
    Refusal(
      MeanNegativeLogLikelihood(), .real([1, 3]), .exactly([-1], [1], dtype: .int64), because: "smallest -1"),
  ]
}

extension Tensor {
  /// -x at each sample's class, averaged over those that count, in one operation.
  ///
  /// Shape: self [N, classes, ...], or [classes]; `classIndices` [N, ...] of an integer type; a scalar results.
  package func meanNegativeLogLikelihood(classIndices: Tensor, ignoredIndex: Int) -> Tensor {
    apply(MeanNegativeLogLikelihood(axis: rank > 1 ? 1 : 0, ignoredIndex: ignoredIndex), [self, classIndices])[0]
  }
}
