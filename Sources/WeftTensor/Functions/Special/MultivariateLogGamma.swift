extension Tensor {
  /// The logarithm of the multivariate gamma function, p(p - 1)/4·log π + Σ log Γ(x - j/2) over j in 0 ..< p, p the
  /// dimension (PyTorch's `mvlgamma`). NaN where x ≤ (p - 1)/2, outside the domain: PyTorch adds up log |Γ|.
  public func multivariateLogGamma(dimension: Int) -> Tensor {
    guard dimension > 0 else {
      return .failed(
        TensorError(
          .value, operation: "multivariateLogGamma", operands: [("tensor", spec)], expected: "a dimension from 1",
          got: "\(dimension)"))
    }
    let shifts = (Tensor(arange: dimension, dtype: .float64) * -0.5).converted(to: dtype.floating)
    let sum = (unsqueezed(-1) + shifts).logGamma().sum(axis: -1)
    let count = Double(dimension)
    let result = sum + count * (count - 1) / 4 * 1.1447298858494002
    return .where(self .> (count - 1) / 2, result, Tensor(weak: Double.nan))
  }
}
