extension Tensor {
  /// Each element raised to a power in float64, whatever the operands' types are (PyTorch's `float_power`).
  public func floatPower(_ exponent: Tensor) -> Tensor {
    converted(to: .float64).pow(exponent.converted(to: .float64))
  }
}
