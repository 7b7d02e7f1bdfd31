/// A tensor put into zeros of `shape` at the places a slice takes: the adjoint of `Slice`. Gradient: the slice of g.
struct Unslice: TensorOperation {
  static let name = "unslice"
  static let operands: Operands = ["x"]
  static let equation = "y = 0 but for y[start + i·step] = xᵢ along an axis"
  let slice: Slice
  let shape: Shape

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let taken = try slice.outputs(for: [TensorSpec(shape, inputs[0].dtype)])[0]
    guard inputs[0].shape == taken.shape else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "shape \(taken.shape), that of the slice of \(shape)", got: "\(inputs[0].shape)")
    }
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    // What takes all elements, in this order or the other one, is undone by taking them so once more.
    if slice.step.magnitude == 1, inputs[0].shape == shape {
      return Slice(axis: slice.axis, step: slice.step).forward(inputs, as: outputs)
    }
    let result = Tensor(zeros: shape, dtype: outputs[0].dtype)
    guard inputs[0].elementCount > 0 else { return [result] }
    let target = slice.forward([result], as: [inputs[0].spec])[0]
    inputs.backend.map(Formulas.identity, [], inputs, into: [target])
    return [result]
  }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { apply(slice, [$0])[0] }]
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Unslice(slice: slice.shifted(batch), shape: batch.whole(shape)))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = slice.axis < 0 ? slice.axis + shape.rank : slice.axis
    let first = slice.range(in: shape[axis]).first
    var result = ReferenceArray(shape: shape.sizes) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) {
      var place = index
      place[axis] = first + index[axis] * slice.step
      result[place] = inputs[0][index]
    }
    return [result]
  }

  static let samples = [
    Sample(Unslice(slice: Slice(axis: 1, from: 1, step: 2), shape: [2, 5]), .real([2, 2])),
    Sample(Unslice(slice: Slice(axis: 0, step: -1), shape: [3]), .real([3])),
    Sample(Unslice(slice: Slice(axis: 1, from: 2, step: -1), shape: [2, 3]), .real([2, 3])),
  ]

  static let refusals = [
    Refusal(Unslice(slice: Slice(axis: 1), shape: [4]), .real([4]), because: "an axis in -1 ..< 1"),
    Refusal(Unslice(slice: Slice(axis: 0, from: 1), shape: [4]), .real([4]), because: "that of the slice"),
  ]
}
