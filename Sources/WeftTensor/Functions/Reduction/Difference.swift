extension Tensor {
  /// The differences of neighbours along `axis`, `order` times over; of bool, whether they differ. Of order 0 this tensor
  /// itself, whatever would be put in front of it or behind.
  ///
  /// - Parameters:
  ///   - prepend: What is put in front of the axis first.
  ///   - append: What is put behind it first.
  public func difference(order: Int = 1, axis: Int = -1, prepend: Tensor? = nil, append: Tensor? = nil) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "difference")) }
    guard order >= 0 else {
      return .failed(
        TensorError(
          .value, operation: "difference", operands: [("tensor", spec)], expected: "an order from 0", got: "\(order)"))
    }
    if order == 0 { return self }
    let parts = [prepend, self, append].compactMap { $0 }
    var result = parts.count > 1 ? concatenated(parts, axis: place) : self
    for _ in 0..<Swift.min(order, result.shape[place]) {
      let (later, earlier) = (result.sliced(axis: place, from: 1), result.sliced(axis: place, to: -1))
      result = dtype == .bool ? later.logicalXor(earlier) : later - earlier
    }
    return result
  }
}
