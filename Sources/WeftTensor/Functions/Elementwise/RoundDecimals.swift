extension Tensor {
  /// Each element rounded to `decimals` places behind the point, or, if negative, in front of it; halves to even.
  /// Integers can be rounded to 0 decimals alone.
  public func rounded(decimals: Int) -> Tensor {
    guard decimals != 0 else { return round() }
    guard dtype.isFloatingPoint else {
      return .failed(
        TensorError(
          .dtype, operation: "rounded", operands: [("tensor", spec)],
          expected: "floating-point numbers, or 0 decimals", got: "\(dtype) and \(decimals)"))
    }
    // Whole powers of ten are exact, their inverses are not.
    let scale = Tensor(10.0, dtype: .float64).pow(Double(decimals.magnitude)).item()
    return decimals > 0 ? (self * scale).round() / scale : (self / scale).round() * scale
  }
}
