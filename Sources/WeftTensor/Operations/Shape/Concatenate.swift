/// Tensors joined along an axis. Gradients: the pieces of g.
public struct Concatenate: TensorOperation {
  public static let name = "concatenate"
  public static let operands: Operands = [.repeated("tensor")]
  public static let equation = "y = a, b, … side by side along an axis"
  /// The axis that the pieces lie along, counted from the end where negative.
  public let axis: Int

  public init(axis: Int = 0) { self.axis = axis }

  public static let defaults: Attributes = ["axis": 0]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let first = inputs[0]
    guard let axis = first.shape.axis(axis) else { throw .axis(axis, rank: first.shape.rank, operation: Self.name) }
    var shape = first.shape
    shape[axis] = 0
    for input in inputs {
      var rest = input.shape
      if rest.rank == shape.rank { rest[axis] = shape[axis] }
      guard rest == shape else {
        throw TensorError(
          .shape, operation: Self.name, operands: inputs.enumerated().map { ("operand \($0)", $1) },
          expected: "shapes that agree on every axis but \(axis)", got: "\(first.shape) and \(input.shape)")
      }
      shape[axis] += input.shape[axis]
    }
    return [TensorSpec(shape, DType.promoted(inputs))]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = outputs[0].shape.axis(axis) ?? 0
    // Pieces of one tensor that lie side by side are one already.
    if let view = Tensor.joinedView(inputs, axis: axis),
      let strides = Layout.viewStrides(view.shape, view.strides, as: outputs[0].shape)
    {
      return [view.view(shape: outputs[0].shape, strides: strides)]
    }
    let result = Tensor(uninitialized: outputs[0])
    var start = 0
    for input in inputs {
      let end = start + input.shape[axis]
      if end > start {
        let target = result.view(
          shape: input.shape, strides: result.strides, offset: start * result.strides[axis])
        inputs.backend.map(Formulas.identity, [], [input], into: [target])
      }
      start = end
    }
    return [result]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return needs.map { _ in nil } }
    let axis = gradient.shape.axis(axis) ?? 0
    var start = 0
    return saved.inputSpecs.map { spec in
      defer { start += spec.shape[axis] }
      return gradient.sliced(axis: axis, from: start, to: start + spec.shape[axis])
    }
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Concatenate(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    var shape = inputs[0].shape
    shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
    return [
      ReferenceArray(shape: shape) { index in
        var (index, piece) = (index, 0)
        while index[axis] >= inputs[piece].shape[axis] {
          index[axis] -= inputs[piece].shape[axis]
          piece += 1
        }
        return inputs[piece][index]
      }
    ]
  }

  public static let samples = [
    Sample(Concatenate(), .real([2, 3]), .real([1, 3]), .real([0, 3])),
    Sample(Concatenate(axis: -1), .real([2, 3]), .real([2, 1])),
  ]

  public static let refusals = [
    Refusal(Concatenate(), because: "at least 1 operand (tensor"),
    Refusal(Concatenate(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Concatenate(), .real([2, 3]), .real([2, 4]), because: "agree on every axis but 0"),
    Refusal(Concatenate(axis: 1), .real([2, 3]), .real([3]), because: "agree on every axis but 1"),
  ]
}

/// The tensors joined along `axis`; their other axes agree.
public func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
  apply(Concatenate(axis: axis), tensors)[0]
}
