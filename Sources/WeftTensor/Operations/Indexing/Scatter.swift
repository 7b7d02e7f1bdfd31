/// y = x with y[i with i[axis] replaced by index[i]] = v[i]; of equal places the last stays.
/// Gradients: g with zeros there, and g gathered at the places whose value stayed.
public struct Scatter: TensorOperation {
  public static let name = "scatter"
  public static let operands: Operands = ["x", .indices("index"), "values"]
  public static let equation = "y = x but for y[index[i, j], j] = v[i, j], for axis 0"
  /// The axis that indices count along, from the end where negative.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try scatterOutputs(inputs, axis: axis, operation: Self.name)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [scatter(inputs, axis: axis, adding: false, operation: Self.name)]
  }

  public func saves(needs: [Bool]) -> Saves { .input(1) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return [nil, nil, nil] }
    let indices = saved.input(1)
    let zeros = Tensor(zeros: indices.shape, dtype: gradient.dtype)
    let left = needs[0] ? gradient.scattered(zeros, at: indices, axis: axis) : nil
    guard needs[2] else { return [left, nil, nil] }
    let stayed = apply(ScatterStayed(axis: axis, shape: gradient.shape, dtype: gradient.dtype), [indices])[0]
    return [left, nil, gradient.gathered(indices, axis: axis) * stayed]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs, keeping: 1)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Scatter(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [inputs[0].scattering(inputs[2], at: inputs[1], axis: axis) { $1 }]
  }

  public static let samples = [
    Sample(Scatter(axis: 1), .real([3, 4]), .integers([3, 6], in: 0..<4), .real([3, 6])),
    Sample(Scatter(axis: 0), .real([3, 4]), .integers([2, 2], in: 0..<3), .real([2, 2])),
  ]

  public static let refusals = [
    Refusal(Scatter(axis: 2), .real([2]), .integers([2], in: 0..<2), .real([2]), because: "an axis in -1 ..< 1"),
    Refusal(Scatter(axis: 0), .real([2]), .real([2]), .real([2]), because: "indices of an integer type"),
    Refusal(
      Scatter(axis: 0), .real([2]), .integers([2], in: 0..<2), .real([1]), because: "values of the indices' shape"),
    Refusal(
      Scatter(axis: 0), .real([2]), .integers([2], in: 0..<2), .integers([2], in: 0..<2), because: "the tensor's type"),
    Refusal(Scatter(axis: 0), .real([2]), .exactly([2], [1], dtype: .int64), .real([1]), because: "indices in 0 ..< 2"),
  ]
}

/// 1 for each index whose value a scatter into `shape` leaves in place, 0 where a later one overwrites it.
struct ScatterStayed: TensorOperation {
  static let name = "scatterStayed"
  static let operands: Operands = [.indices("index")]
  static let equation = "yᵢ = 1 where no later index is the same, else 0"
  static let whyNotDifferentiable: String? = "it depends on indices alone"
  let axis: Int
  let shape: Shape
  let dtype: DType

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try checkAlongAxis(
      axis, TensorSpec(shape, dtype), inputs[0], operation: Self.name, operands: [("indices", inputs[0])])
    return [TensorSpec(inputs[0].shape, dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let backend = inputs.backend
    let axis = shape.axis(axis) ?? 0
    guard
      let indices = inputs[0].checkedIndices(
        below: shape[axis], operation: Self.name, operands: [("indices", inputs[0].spec)])
    else { return [.invalid] }
    // Each place keeps the number of the index that wrote last.
    let numbers = Tensor(arange: indices.elementCount).reshaped(to: indices.shape)
    let last = Tensor(zeros: shape, dtype: .int64)
    guard !last.isInvalid else { return [.invalid] }
    backend.scatter(numbers, indices, axis: axis, into: last, adding: false)
    let kept = backend.gather(last, indices, axis: axis)
    return backend.map(Self.equal, [], [kept, numbers], as: outputs)
  }

  static let equal = Formula { a, b in a .== b }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(ScatterStayed(axis: batch.shifted(axis), shape: batch.whole(shape), dtype: dtype))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let numbers = ReferenceArray(shape: inputs[0].shape, values: inputs[0].values.indices.map { Double($0) })
    let last = ReferenceArray(shape: shape.sizes) { _ in 0 }
      .scattering(numbers, at: inputs[0], axis: axis) { $1 }
    let kept = Gather(axis: axis).reference([last, inputs[0]])?[0] ?? numbers
    return [ReferenceArray(shape: inputs[0].shape, values: zip(kept.values, numbers.values).map { $0 == $1 ? 1 : 0 })]
  }

  static let samples = [
    Sample(ScatterStayed(axis: 1, shape: [3, 4], dtype: .float64), .integers([3, 6], in: 0..<4))
  ]

  static let refusals = [
    Refusal(
      ScatterStayed(axis: 1, shape: [2], dtype: .float64), .integers([2], in: 0..<2), because: "an axis in -1 ..< 1"),
    Refusal(ScatterStayed(axis: 0, shape: [2], dtype: .float64), .real([2]), because: "indices of an integer type"),
  ]
}

extension Tensor {
  /// This tensor with `values` put at `indices` along `axis`; of equal indices the last wins.
  ///
  /// Shape: indices and values have one shape: this tensor's axes, none but `axis` longer than its.
  /// An index outside 0 ..< the axis's size is an error.
  @_disfavoredOverload public func scattered(_ values: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.scattered(values.asList, at: indices.asList, axis: 0) } }
    return apply(Scatter(axis: axis), [self, indices, values])[0]
  }

  /// This tensor with one number put at `indices` along `axis`.
  public func scattered(_ value: Double, at indices: Tensor, axis: Int) -> Tensor {
    scattered(Tensor(full: [], value, dtype: dtype).expanded(to: indices.shape), at: indices, axis: axis)
  }
}
