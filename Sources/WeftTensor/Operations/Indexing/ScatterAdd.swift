/// y = x with y[i with i[axis] replaced by index[i]] += v[i]. Gradients: g, and g gathered at the same places.
public struct ScatterAdd: TensorOperation {
  public static let name = "scatterAdd"
  public static let operands: Operands = ["x", .indices("index"), "values"]
  public static let equation = "y = x with y[index[i, j], j] += v[i, j], for axis 0"
  /// The axis that indices count along, from the end where negative.
  public let axis: Int

  public init(axis: Int) { self.axis = axis }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try scatterOutputs(inputs, axis: axis, operation: Self.name)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [scatter(inputs, axis: axis, adding: true, operation: Self.name)]
  }

  public func saves(needs: [Bool]) -> Saves { needs[2] ? .input(1) : [] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0], nil, needs[2] ? gradients[0]?.gathered(saved.input(1), axis: axis) : nil]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs, keeping: 1)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(ScatterAdd(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [inputs[0].scattering(inputs[2], at: inputs[1], axis: axis) { $0 + $1 }]
  }

  public static let samples = [
    Sample(ScatterAdd(axis: 1), .real([3, 4]), .integers([3, 6], in: 0..<4), .real([3, 6])),
    Sample(ScatterAdd(axis: 0), .real([3, 4]), .integers([2, 2], in: 0..<3), .real([2, 2])),
    Sample(ScatterAdd(axis: -1), .real([3]), .integers([0], in: 0..<3), .real([0])),
    Sample(ScatterAdd(axis: 0), .real([2]), .integers([22], in: 1..<2), .manyOnes([22])),
  ]

  public static let refusals = [
    Refusal(ScatterAdd(axis: 2), .real([2]), .integers([2], in: 0..<2), .real([2]), because: "an axis in -1 ..< 1"),
    Refusal(ScatterAdd(axis: 0), .real([2]), .real([2]), .real([2]), because: "indices of an integer type"),
    Refusal(
      ScatterAdd(axis: 0), .real([2]), .integers([2], in: 0..<2), .real([1]), because: "values of the indices' shape"),
    Refusal(
      ScatterAdd(axis: 0), .real([2]), .exactly([2], [1], dtype: .int64), .real([1]), because: "indices in 0 ..< 2"),
  ]
}

extension Tensor {
  /// This tensor with `values` added at `indices` along `axis`; equal indices add up.
  ///
  /// Shape: indices and values have one shape: this tensor's axes, none but `axis` longer than its.
  /// An index outside 0 ..< the axis's size is an error.
  public func scatterAdded(_ values: Tensor, at indices: Tensor, axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.scatterAdded(values.asList, at: indices.asList, axis: 0) } }
    return apply(ScatterAdd(axis: axis), [self, indices, values])[0]
  }
}

/// The result of a scatter into inputs[0] at inputs[1] of inputs[2].
func scatterOutputs(_ inputs: [TensorSpec], axis: Int, operation: String) throws(TensorError) -> [TensorSpec] {
  let operands = [("tensor", inputs[0]), ("indices", inputs[1]), ("values", inputs[2])]
  try checkAlongAxis(axis, inputs[0], inputs[1], operation: operation, operands: operands)
  guard inputs[1].shape == inputs[2].shape, inputs[0].dtype == inputs[2].dtype else {
    throw TensorError(
      inputs[1].shape == inputs[2].shape ? .dtype : .shape, operation: operation, operands: operands,
      expected: "values of the indices' shape and the tensor's type", got: "\(inputs[2])",
      hint: "`expanded(to:)` broadcasts; `converted(to:)` changes the type")
  }
  return [TensorSpec(inputs[0].shape, inputs[0].dtype)]
}

/// A copy of inputs[0] with inputs[2] scattered into it.
func scatter(_ inputs: [Tensor], axis: Int, adding: Bool, operation: String) -> Tensor {
  let axis = inputs[0].shape.axis(axis) ?? 0
  let operands = zip(["tensor", "indices", "values"], inputs.map(\.spec)).map { (name: $0, spec: $1) }
  guard
    let indices = inputs[1].checkedIndices(
      below: inputs[0].shape[axis], operation: operation, operands: operands)
  else { return .invalid }
  let result = inputs[0].cloned()
  inputs.backend.scatter(inputs[2], indices, axis: axis, into: result, adding: adding)
  return result
}
