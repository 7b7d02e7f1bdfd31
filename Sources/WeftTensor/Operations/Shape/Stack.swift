/// Tensors of one shape joined along a new axis. Gradients: the slices of g.
public struct Stack: TensorOperation {
  public static let name = "stack"
  public static let operands: Operands = [.repeated("tensor")]
  public static let equation = "y[k] = the k-th input, along a new axis"
  /// The new axis, counted among those of the result.
  public let axis: Int

  public init(axis: Int = 0) { self.axis = axis }

  public static let defaults: Attributes = ["axis": 0]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let first = inputs[0]
    guard let axis = resolved(rank: first.shape.rank + 1) else {
      throw .axis(axis, rank: first.shape.rank + 1, operation: Self.name)
    }
    if let other = inputs.first(where: { $0.shape != first.shape }) {
      throw TensorError(
        .shape, operation: Self.name, operands: inputs.enumerated().map { ("operand \($0)", $1) },
        expected: "tensors of one shape", got: "\(first.shape) and \(other.shape)",
        hint: "`concatenated` joins tensors along an axis they have")
    }
    var sizes = first.shape.sizes
    sizes.insert(inputs.count, at: axis)
    return [TensorSpec(Shape(sizes), DType.promoted(inputs))]
  }

  private func resolved(rank: Int) -> Int? {
    let place = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(place) ? place : nil
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    if let view = Tensor.joinedView(inputs, axis: resolved(rank: outputs[0].shape.rank) ?? 0) { return [view] }
    let result = Tensor(uninitialized: outputs[0])
    var strides = result.strides
    let step = strides.remove(at: resolved(rank: result.rank) ?? 0)
    for (place, input) in inputs.enumerated() where input.elementCount > 0 {
      let target = result.view(shape: input.shape, strides: strides, offset: place * step)
      inputs.backend.map(Formulas.identity, [], [input], into: [target])
    }
    return [result]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    gradients[0]?.unbound(axis: axis) ?? needs.map { _ in nil }
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Stack(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var shape = inputs[0].shape
    let axis = axis < 0 ? axis + shape.count + 1 : axis
    shape.insert(inputs.count, at: axis)
    return [
      ReferenceArray(shape: shape) { index in
        var index = index
        let piece = index.remove(at: axis)
        return inputs[piece][index]
      }
    ]
  }

  public static let samples = [
    Sample(Stack(), .real([2, 3]), .real([2, 3])),
    Sample(Stack(axis: -1), .real([2]), .real([2]), .real([2])),
    Sample(Stack(), .real([]), .real([])),
  ]

  public static let refusals = [
    Refusal(Stack(), because: "at least 1 operand (tensor"),
    Refusal(Stack(axis: 2), .real([2]), because: "an axis in -2 ..< 2"),
    Refusal(Stack(), .real([2]), .real([3]), because: "tensors of one shape"),
  ]
}

/// The tensors, all of one shape, joined along a new axis.
public func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor { apply(Stack(axis: axis), tensors)[0] }

extension Tensor {
  /// The tensors joined along a new axis as a view, where they are pieces of one memory at equal distances and fill it;
  /// nil for others. The gradients of a tensor's pieces are so where one kernel wrote them.
  static func joinedView(_ tensors: [Tensor], axis: Int) -> Tensor? {
    guard tensors.count > 1, let first = tensors.first, first.elementCount > 0, first.rank < Tensor.maximumRank
    else { return nil }
    let step = tensors[1].offset - first.offset
    let isRegular = tensors.enumerated().allSatisfy { place, tensor in
      tensor.storage === first.storage && tensor.dtype == first.dtype && tensor.shape == first.shape
        && tensor.strides == first.strides && tensor.offset == first.offset + place * step
    }
    guard isRegular, step > 0 else { return nil }
    var (sizes, strides) = (first.shape.sizes, first.strides)
    sizes.insert(tensors.count, at: axis)
    strides.insert(step, at: axis)
    let shape = Shape(sizes)
    let dense = Layout.denseStrides(shape, order: Layout.memoryOrder(shape, strides))
    return Layout.agree(dense, strides, on: shape) ? first.view(shape: shape, strides: strides) : nil
  }
}
