extension Tensor {
  /// beta times this tensor plus alpha times the matrix product of a and b, for vectors, matrices and batches
  /// (PyTorch's `addmm`, `addmv` and `baddbmm`). With `beta` 0 this tensor's numbers do not matter, not even NaN.
  ///
  /// Shape: this tensor broadcasts to `matmul(a, b)`.
  public func addingMatrixProduct(_ a: Tensor, _ b: Tensor, alpha: Double = 1, beta: Double = 1) -> Tensor {
    let product = a.matmul(b)
    let scaled = product.scaled(by: alpha)
    guard beta != 0 else { return scaled }
    return self.scaled(by: beta) + scaled
  }

  /// This tensor times a number; integers stay integers where the number is whole.
  func scaled(by factor: Double) -> Tensor {
    if factor == 1 { return self }
    guard dtype.isInteger, let whole = Int(exactly: factor) else { return self * factor }
    return self * whole
  }
}
