extension Tensor {
  /// A view of `count` slices along `axis`, from `start` on (negative: counted from the end). Unlike `sliced`, it does
  /// not clamp.
  public func narrowed(axis: Int, from start: Int, count: Int) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "narrowed")) }
    let size = shape[place]
    let first = start < 0 ? start + size : start
    guard (0...size).contains(first), (0...(size - first)).contains(count) else {
      return .failed(
        TensorError(
          .index, operation: "narrowed", operands: [("tensor", spec)],
          expected: "slices inside 0 ..< \(size) of axis \(place)", got: "\(count) from \(start)"))
    }
    return sliced(axis: place, from: first, to: first + count)
  }
}
