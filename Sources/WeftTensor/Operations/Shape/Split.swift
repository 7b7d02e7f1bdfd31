/// A tensor cut along an axis into pieces of given sizes. Gradient: those of the pieces, joined.
public struct Split: TensorOperation {
  public static let name = "split"
  public static let operands: Operands = ["x"]
  public static let equation = "y₀, y₁, … = the pieces of x along an axis"
  /// The sizes of the pieces, whose sum is that of the axis.
  public let sizes: [Int]
  /// The axis that is cut, counted from the end where negative.
  public let axis: Int

  public init(into sizes: [Int], axis: Int = 0) {
    self.sizes = sizes
    self.axis = axis
  }

  public static let defaults: Attributes = ["axis": 0]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard let axis = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    let total = sizes.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    guard sizes.allSatisfy({ $0 >= 0 }), total == shape[axis] else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("tensor", inputs[0])],
        expected: "sizes from 0 that add up to \(shape[axis]), the size of axis \(axis)", got: "\(sizes)")
    }
    return sizes.map { size in
      var piece = shape
      piece[axis] = size
      return TensorSpec(piece, inputs[0].dtype)
    }
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let input = inputs[0]
    let axis = input.shape.axis(axis) ?? 0
    var start = 0
    return outputs.map { spec in
      defer { start += spec.shape[axis] }
      return input.view(
        shape: spec.shape, strides: input.strides, offset: input.offset + start * input.strides[axis])
    }
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let pieces = zip(gradients, saved.outputSpecs).map { $0 ?? Tensor(zeros: $1.shape, dtype: $1.dtype) }
    return [concatenated(pieces, axis: axis)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(Split(into: sizes, axis: batch.shifted(axis)))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    var start = 0
    return sizes.map { size in
      defer { start += size }
      var shape = inputs[0].shape
      shape[axis] = size
      return ReferenceArray(shape: shape) { index in
        var index = index
        index[axis] += start
        return inputs[0][index]
      }
    }
  }

  public static let samples = [
    Sample(Split(into: [1, 0, 2]), .real([3, 2])),
    Sample(Split(into: [2, 3], axis: -1), .real([2, 5])),
  ]

  public static let refusals = [
    Refusal(Split(into: [2], axis: 1), .real([2]), because: "an axis in -1 ..< 1"),
    Refusal(Split(into: [1, 2]), .real([2]), because: "add up to 2"),
    Refusal(Split(into: [3, -1]), .real([2]), because: "sizes from 0"),
  ]
}

extension Tensor {
  /// Views of the pieces of these sizes along `axis`.
  public func split(into sizes: [Int], axis: Int = 0) -> [Tensor] { apply(Split(into: sizes, axis: axis), [self]) }

  /// Views of pieces of `size` along `axis`; the last is smaller where `size` does not divide the axis.
  public func split(size: Int, axis: Int = 0) -> [Tensor] {
    guard let place = shape.axis(axis) else { return [.failed(.axis(axis, rank: rank, operation: Split.name))] }
    guard size > 0 else { return [.failed(.splitCount(size, "a piece of at least 1"))] }
    let total = shape[place]
    let starts = Array(stride(from: 0, to: Swift.max(total, 1), by: size))
    return split(into: starts.map { Swift.min(size, total - $0) }, axis: place)
  }

  /// At most `count` pieces of one size along `axis`; the last is smaller where they do not fit evenly, and fewer
  /// where the axis is short (PyTorch's `chunk`).
  public func chunked(_ count: Int, axis: Int = 0) -> [Tensor] {
    guard let place = shape.axis(axis) else { return [.failed(.axis(axis, rank: rank, operation: "chunked"))] }
    guard count > 0 else { return [.failed(.splitCount(count, "at least 1 piece", operation: "chunked"))] }
    guard shape[place] > 0 else { return split(parts: count, axis: place) }
    return split(size: (shape[place] - 1) / count + 1, axis: place)
  }
}

extension TensorError {
  fileprivate static func splitCount(
    _ count: Int, _ expected: String, operation: String = Split.name
  ) -> TensorError {
    TensorError(.value, operation: operation, expected: expected, got: "\(count)")
  }
}
