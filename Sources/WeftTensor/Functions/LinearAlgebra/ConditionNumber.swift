extension Tensor {
  /// How much solving with these matrices can enlarge errors: the norm times that of the inverse (PyTorch's
  /// `linalg.cond`). In the spectral norm, the default, it is the largest singular value over the smallest, for matrices
  /// of any shape; other norms want invertible ones.
  ///
  /// Shape: [..., m, n] to [...].
  public func conditionNumber(_ order: MatrixNormOrder = .spectral()) -> Tensor {
    guard case .spectral(let smallest) = order else { return matrixNorm(order) * inverse().matrixNorm(order) }
    let s = singularValues()
    guard !s.isInvalid else { return .invalid }
    guard s.shape[-1] > 0 else { return Tensor(zeros: Shape(s.shape.sizes.dropLast()), dtype: s.dtype) }
    let (first, last) = (s.sliced(axis: -1, to: 1).squeezed(-1), s.sliced(axis: -1, from: -1).squeezed(-1))
    return smallest ? last / first : first / last
  }
}
