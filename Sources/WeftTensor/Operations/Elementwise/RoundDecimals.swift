extension Tensor {
  /// Each element rounded to `decimals` places behind the point, or, if negative, in front of it; halves to even.
  public func rounded(decimals: Int) -> Tensor {
    guard dtype.isFloatingPoint, decimals != 0 else { return round() }
    // Whole powers of ten are exact, their inverses are not.
    let scale = Tensor(10.0, dtype: .float64).pow(Double(decimals.magnitude)).item()
    return decimals > 0 ? (self * scale).round() / scale : (self / scale).round() * scale
  }
}
