/// A tensor's slices along an axis, without that axis. Gradient: those of the slices, stacked.
public struct Unbind: TensorOperation {
  public static let name = "unbind"
  public static let operands: Operands = ["x"]
  public static let equation = "y₀, y₁, … = the slices of x along an axis"
  /// The axis that goes, counted from the end where negative.
  public let axis: Int

  public init(axis: Int = 0) { self.axis = axis }

  public static let defaults: Attributes = ["axis": 0]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard let place = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    let slice = TensorSpec(shape.removing(axes: [place], keepDims: false), inputs[0].dtype)
    return Array(repeating: slice, count: shape[place])
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let input = inputs[0]
    let axis = input.shape.axis(axis) ?? 0
    var strides = input.strides
    let step = strides.remove(at: axis)
    return outputs.enumerated().map { place, spec in
      input.view(shape: spec.shape, strides: strides, offset: input.offset + place * step)
    }
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let slices = zip(gradients, saved.outputSpecs).map { $0 ?? Tensor(zeros: $1.shape, dtype: $1.dtype) }
    return [stacked(slices, axis: axis)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Unbind(axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    var shape = inputs[0].shape
    return (0..<shape.remove(at: axis)).map { place in
      ReferenceArray(shape: shape) { index in
        var index = index
        index.insert(place, at: axis)
        return inputs[0][index]
      }
    }
  }

  public static let samples = [
    Sample(Unbind(), .real([3, 2])),
    Sample(Unbind(axis: -1), .real([2, 3])),
  ]

  public static let refusals = [
    Refusal(Unbind(axis: 1), .real([2]), because: "an axis in -1 ..< 1"),
    Refusal(Unbind(), .real([]), because: "no axis, as the tensor is a scalar"),
  ]
}

extension Tensor {
  /// Views of the slices along `axis`, which they no longer have.
  public func unbound(axis: Int = 0) -> [Tensor] { apply(Unbind(axis: axis), [self]) }
}
