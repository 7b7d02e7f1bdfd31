extension Tensor {
  /// The number of singular values that count: above the larger of `absoluteTolerance` and `relativeTolerance` times the
  /// largest one. By default, as in PyTorch, the relative one is the larger size times the type's precision, or 0 where
  /// an absolute one is given.
  ///
  /// Shape: [..., m, n] to [...], of int64.
  public func matrixRank(relativeTolerance: Double? = nil, absoluteTolerance: Double = 0) -> Tensor {
    let s = detach().singularValues()
    guard !s.isInvalid else { return .invalid }
    guard s.shape[-1] > 0 else { return Tensor(zeros: Shape(s.shape.sizes.dropLast()), dtype: .int64) }
    return (s .> rankTolerance(s, relativeTolerance, absoluteTolerance)).sum(axis: -1)
  }
}
