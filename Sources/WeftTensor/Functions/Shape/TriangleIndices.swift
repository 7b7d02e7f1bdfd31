extension Tensor {
  /// Rows and columns of the elements on and below a diagonal (PyTorch's `tril_indices`), int64.
  ///
  /// Shape: [2, n].
  public init(trilIndices rows: Int, _ columns: Int, diagonal: Int = 0) {
    let kept = Tensor(ones: [rows, columns], dtype: .bool).tril(diagonal: diagonal)
    self = kept.nonzero().transposed().contiguous()
  }

  /// Rows and columns of the elements on and above a diagonal (PyTorch's `triu_indices`), int64.
  ///
  /// Shape: [2, n].
  public init(triuIndices rows: Int, _ columns: Int, diagonal: Int = 0) {
    let kept = Tensor(ones: [rows, columns], dtype: .bool).triu(diagonal: diagonal)
    self = kept.nonzero().transposed().contiguous()
  }

  /// `count` numbers from base^start through base^end, their exponents at equal distances (PyTorch's `logspace`).
  public init(logspace start: Double, _ end: Double, count: Int, base: Double = 10, dtype: DType = .float32) {
    let exponents = Tensor(linspace: start, end, count: count, dtype: .float64)
    self = Tensor(base, dtype: .float64).pow(exponents).converted(to: dtype)
  }

  /// One value in the shape and type of this tensor.
  public func fullLike(_ value: Double) -> Tensor { Tensor(full: shape, value, dtype: dtype) }
}
