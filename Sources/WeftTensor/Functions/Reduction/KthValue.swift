extension Tensor {
  /// The `k`-th smallest element along `axis`, counted from 1, and its place (int64), the first of equals; NaN counts
  /// as largest. The gradient goes to that element.
  public func kthValue(_ k: Int, axis: Int = -1, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.kthValue(k, axis: 0) } }
    guard let place = shape.axis(axis) else {
      return failedPair(.axis(axis, rank: rank, operation: "kthValue"))
    }
    guard (1...Swift.max(shape[place], 1)).contains(k), shape[place] > 0 else {
      return failedPair(
        TensorError(
          .value, operation: "kthValue", operands: [("tensor", spec)],
          expected: "k in 1 ... \(shape[place]), the size of axis \(place)", got: "\(k)"))
    }
    let (values, indices) = topK(k, axis: place, largest: false)
    let last = [values, indices].map { $0.sliced(axis: place, from: k - 1) }
    return keepDims ? (last[0], last[1]) : (last[0].squeezed(place), last[1].squeezed(place))
  }
}

/// A failure where two tensors are returned.
func failedPair(_ error: TensorError) -> (Tensor, Tensor) {
  let failed = Tensor.failed(error)
  return (failed, failed)
}
