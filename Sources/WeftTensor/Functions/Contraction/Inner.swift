extension Tensor {
  /// Σ over the last axes of both, for all pairs of the others (PyTorch's `inner`); a scalar scales.
  ///
  /// Shape: [left..., n] and [right..., n] give [left..., right...].
  public func inner(_ other: Tensor) -> Tensor {
    guard rank > 0, other.rank > 0 else { return self * other }
    return tensorDot(self, other, axes: ([-1], [-1]))
  }

  /// Σ aᵢ·bᵢ along `axis`, pair by pair of vectors (PyTorch's `linalg.vecdot`).
  ///
  /// Shape: shapes broadcast; `axis` is gone.
  public func vectorDot(_ other: Tensor, axis: Int = -1) -> Tensor {
    let rank = Swift.max(rank, other.rank)
    if rank > 0, !(-rank..<rank).contains(axis) { return .failed(.axis(axis, rank: rank, operation: "vectorDot")) }
    return (self * other).sum(axis: axis)
  }
}
