extension Tensor {
  /// The most frequent element along `axis`, the smallest of equally frequent ones, and its last place (int64). The
  /// gradient goes to the element at that place.
  public func mode(axis: Int = -1, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.mode(axis: 0) } }
    guard let place = shape.axis(axis) else { return failedPair(.axis(axis, rank: rank, operation: "mode")) }
    guard shape[place] > 0 else {
      return failedPair(
        TensorError(
          .shape, operation: "mode", operands: [("tensor", spec)], expected: "at least one element along the axis",
          got: "axis \(place) of size 0"))
    }
    let (values, indices) = sorted(axis: place)
    // How long each run of equal elements is so far: the longest ends where that is largest first.
    let order = detach().gathered(indices, axis: place)
    let changes = order.sliced(axis: place, from: 1) .!= order.sliced(axis: place, to: -1)
    let start = Tensor(zeros: order.sliced(axis: place, to: 1).shape, dtype: .bool)
    let positions = Tensor(arange: shape[place]).alongAxis(place, of: shape)
    let zero = Tensor(zeros: [], dtype: .int64)
    let starts = Tensor.where(concatenated([start, changes], axis: place), positions, zero)
    let lengths = positions - starts.cumulativeMax(axis: place).values
    let end = lengths.argMax(axis: place, keepDims: true)
    let results = [values, indices].map { $0.gathered(end, axis: place) }
    return keepDims ? (results[0], results[1]) : (results[0].squeezed(place), results[1].squeezed(place))
  }
}
