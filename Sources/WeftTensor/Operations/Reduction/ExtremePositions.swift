// The positions where extremes are found.

extension Tensor {
  /// The positions of the extremes along `axis`, or among all elements.
  func positions(along axis: Int?, largest: Bool, as spec: TensorSpec) -> Tensor {
    // All elements, or the one of a scalar, as a line: a kernel reads along an axis that is there.
    let line = rank == 0 ? nil : axis
    let input = line == nil ? contiguous().view(shape: [elementCount], strides: [1]) : self
    let place = line.flatMap { shape.axis($0) } ?? 0
    let found = backend.argReduce(input, axis: place, largest: largest)
    return found.view(shape: spec.shape, strides: spec.shape.contiguousStrides)
  }

  /// The extremes along `axis` and their positions.
  func extremes(along axis: Int, largest: Bool, as specs: [TensorSpec]) -> [Tensor] {
    let place = shape.axis(axis) ?? 0
    let positions = backend.argReduce(self, axis: place, largest: largest)
    let values = backend.gather(self, positions, axis: place)
    return zip([values, positions], specs).map { $0.view(shape: $1.shape, strides: $1.shape.contiguousStrides) }
  }

  /// This gradient of elements taken at `positions` along `axis`, put back into zeros of `shape`.
  func scattered(to positions: Tensor, along axis: Int, of shape: Shape) -> Tensor {
    let kept = shape.removing(axes: [shape.axis(axis) ?? 0], keepDims: true)
    return apply(Ungather(axis: axis, shape: shape), [reshaped(to: kept), positions.reshaped(to: kept)])[0]
  }
}

extension Tensor {
  /// The elements at `positions` along `axis`, as a reduction found them: in the positions' shape.
  func taken(at positions: Tensor, along axis: Int) -> Tensor {
    let kept = shape.removing(axes: [shape.axis(axis) ?? 0], keepDims: true)
    return gathered(positions.reshaped(to: kept), axis: axis).reshaped(to: positions.shape)
  }
}

extension Batch {
  /// The positions among all elements of each example, by a reduction of rows.
  func positionsAmongAll(_ operation: any TensorOperation, keepDims: Bool) -> [Tensor] {
    let shape = specs[0].shape
    let found = apply(operation, [inputs[0].reshaped(to: [size, shape.elementCount])])[0]
    return [keepDims ? found.reshaped(to: whole(Shape(shape.sizes.map { _ in 1 }))) : found]
  }
}

extension [Double] {
  /// The place of the largest or smallest number, the first of equals; NaN counts as both.
  func position(largest: Bool) -> Double {
    if let place = firstIndex(where: \.isNaN) { return Double(place) }
    let extreme = largest ? self.max() : self.min()
    return Double(firstIndex { $0 == extreme } ?? 0)
  }
}
