// Where the axes of an example lie in a batch.

extension Batch {
  /// The inputs of one example.
  var specs: [TensorSpec] {
    zip(inputs, isBatched).map { input, isBatched in
      isBatched ? TensorSpec(Shape(input.shape.sizes.dropFirst()), input.dtype) : input.spec
    }
  }

  /// The axes that `axes` of an example of input 0 are in the batch; nil, all of the example's.
  func shifted(_ axes: [Int]?) -> [Int] {
    // Axis 0 or -1 of examples that are scalars is none.
    if specs[0].shape.rank == 0 { return [] }
    return axes.map { $0.map { shifted($0) } } ?? Array(1..<(specs[0].shape.rank + 1))
  }

  /// A shape of an example with the batch in front.
  func whole(_ shape: Shape) -> Shape { [size] + shape }

  /// All examples of input `index` side by side along an axis of theirs: [N, size·C, ...] for axis 1.
  func joined(_ index: Int, along axis: Int) -> Tensor {
    whole(index).movedAxis(0, to: axis).flattened(from: axis, through: axis + 1)
  }

  /// A result of joined examples parted again, the batch in front.
  func parted(_ result: Tensor, along axis: Int) -> Tensor {
    guard size > 0, result.shape.axis(axis) != nil else { return result }
    var sizes = result.shape.sizes
    sizes[axis] /= size
    sizes.insert(size, at: axis)
    return result.reshaped(to: Shape(sizes)).movedAxis(axis, to: 0)
  }

  /// A list of indices for each example, input `index` [size, n], as one index for each element of `shape`, which has
  /// the batch in front and n along `axis`.
  func spreading(_ index: Int, along axis: Int, of shape: Shape) -> Tensor {
    var sizes = Array(repeating: 1, count: shape.rank)
    sizes[0] = size
    sizes[axis] = shape[axis]
    return whole(index).reshaped(to: Shape(sizes)).expanded(to: shape)
  }
}
