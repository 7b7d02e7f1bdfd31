extension Tensor {
  /// The matrices multiplied by themselves `exponent` times, by repeated squaring: 0 gives unit matrices, a negative
  /// exponent powers of the inverse.
  ///
  /// Shape: [..., n, n] to the same.
  public func matrixPower(_ exponent: Int) -> Tensor {
    guard rank >= 2, shape[-2] == shape[-1] else {
      return .failed(
        TensorError(
          .shape, operation: "matrixPower", operands: [("tensor", spec)], expected: "square matrices [..., n, n]",
          got: "\(shape)"))
    }
    guard exponent != 0 else { return identityLike.expanded(to: shape).connected(to: self) }
    var (rest, square) = (exponent.magnitude, exponent < 0 ? inverse() : self)
    var result: Tensor?
    while rest > 0 {
      if rest % 2 == 1 { result = result.map { $0.matmul(square) } ?? square }
      rest /= 2
      if rest > 0 { square = square.matmul(square) }
    }
    return result ?? self
  }
}
