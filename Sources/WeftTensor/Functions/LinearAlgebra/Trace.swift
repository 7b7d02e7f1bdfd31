extension Tensor {
  /// The sums of the main diagonals of matrices.
  ///
  /// Shape: [..., m, n] to [...].
  public func trace(offset: Int = 0) -> Tensor { diagonal(offset: offset).sum(axis: -1) }
}
