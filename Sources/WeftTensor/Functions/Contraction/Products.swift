// Products of vectors, made of others.

extension Tensor {
  /// Σ aᵢ·bᵢ of two vectors of one length.
  public func dot(_ other: Tensor) -> Tensor {
    guard rank == 1, other.rank == 1 else {
      return .failed(
        TensorError(
          .shape, operation: "dot", operands: [("a", spec), ("b", other.spec)], expected: "two vectors",
          got: "\(shape) and \(other.shape)", hint: "`matmul` takes matrices and batches"))
    }
    return matmul(other)
  }

  /// The matrix of all products aᵢ·bⱼ of two vectors.
  ///
  /// Shape: [m] and [n] give [m, n].
  public func outer(_ other: Tensor) -> Tensor {
    guard rank == 1, other.rank == 1 else {
      return .failed(
        TensorError(
          .shape, operation: "outer", operands: [("a", spec), ("b", other.spec)], expected: "two vectors",
          got: "\(shape) and \(other.shape)", hint: "`a.unsqueezed(-1) * b.unsqueezed(-2)` multiplies batches of them"))
    }
    return unsqueezed(1) * other.unsqueezed(0)
  }
}
