/// Values added to zeros of `shape` at the places a gather reads: the adjoint of `Gather`. Gradient: g gathered.
struct Ungather: TensorOperation {
  static let name = "ungather"
  static let operands: Operands = ["values", .indices("index")]
  static let equation = "y[r, j] = Σ v[i, j] over all i with index[i, j] = r, for axis 0"
  let axis: Int
  let shape: Shape
  /// Whether negative indices count from the end.
  var fromEnd = false

  static let defaults: Attributes = ["fromEnd": false]

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try checkAlongAxis(
      axis, TensorSpec(shape, inputs[0].dtype), inputs[1], operation: Self.name, operands: operands(inputs))
    try TensorError.requireShape(inputs[1].shape, inputs[0], operation: Self.name)
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  private func operands(_ inputs: [TensorSpec]) -> [(name: String, spec: TensorSpec)] {
    [("values", inputs[0]), ("indices", inputs[1])]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = shape.axis(axis) ?? 0
    guard
      let indices = inputs[1].checkedIndices(
        below: shape[axis], operation: Self.name, operands: operands(inputs.map(\.spec)), fromEnd: fromEnd)
    else { return [.invalid] }
    let result = Tensor(zeros: shape, dtype: outputs[0].dtype)
    guard !result.isInvalid else { return [result] }
    inputs.backend.scatter(inputs[0], indices, axis: axis, into: result, adding: true)
    return [result]
  }

  func saves(needs: [Bool]) -> Saves { .input(1) }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { apply(Gather(axis: axis, fromEnd: fromEnd), [$0, saved.input(1)])[0] }, nil]
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs, keeping: 1)
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Ungather(axis: batch.shifted(axis), shape: batch.whole(shape), fromEnd: fromEnd))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let zeros = ReferenceArray(shape: shape.sizes) { _ in 0 }
    return [zeros.scattering(inputs[0], at: inputs[1], axis: axis) { $0 + $1 }]
  }

  static let samples = [
    Sample(Ungather(axis: 1, shape: [3, 4]), .real([3, 6]), .integers([3, 6], in: 0..<4)),
    Sample(Ungather(axis: 1, shape: [3, 4], fromEnd: true), .real([3, 6]), .integers([3, 6], in: -4..<4)),
    Sample(Ungather(axis: -2, shape: [3, 4]), .real([2, 2]), .integers([2, 2], in: 0..<3)),
    Sample(Ungather(axis: 0, shape: [2]), .manyOnes([22]), .integers([22], in: 1..<2)),
  ]

  static let refusals = [
    Refusal(Ungather(axis: 1, shape: [2]), .real([2]), .integers([2], in: 0..<2), because: "an axis in -1 ..< 1"),
    Refusal(Ungather(axis: 0, shape: [2]), .real([2]), .real([2]), because: "indices of an integer type"),
    Refusal(Ungather(axis: 0, shape: [2]), .real([1]), .integers([2], in: 0..<2), because: "shape [2]"),
    Refusal(
      Ungather(axis: 0, shape: [2]), .real([1]), .exactly([2], [1], dtype: .int64), because: "indices in 0 ..< 2"),
  ]
}

extension ReferenceArray {
  /// This array with `values` brought in at `indices` along `axis`, one after the other.
  func scattering(
    _ values: ReferenceArray, at indices: ReferenceArray, axis: Int, _ combine: (Double, Double) -> Double
  ) -> ReferenceArray {
    let axis = axis < 0 ? axis + shape.count : axis
    var result = self
    for index in Self.indices(of: indices.shape) {
      var place = index
      place[axis] = Int(indices[index])
      if place[axis] < 0 { place[axis] += shape[axis] }
      result[place] = combine(result[place], values[index])
    }
    return result
  }
}
