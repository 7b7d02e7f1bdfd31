extension Tensor {
  /// x / (k + α·m)^β, m the mean of x² over the `size` channels around each, those outside counted as 0 (Krizhevsky et al.,
  /// 2012).
  ///
  /// Shape: [N, C, ...] to the same.
  public func localResponseNormalized(
    size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1
  ) -> Tensor {
    guard rank >= 3, size > 0, size <= Int(Int32.max) else {
      return .failed(
        TensorError(
          .shape, operation: "localResponseNorm", operands: [("input", spec)],
          expected: "[batch, channels, spatial...] and a size from 1", got: "\(shape), size \(size)"))
    }
    if elementCount == 0 { return self }
    let others = Array(repeating: (before: 0, after: 0), count: rank - 2)
    let squares = squared().padded([(size / 2, (size - 1) / 2)] + others)
    let means = squares.slidingWindows(axis: 1, size: size).mean(axis: -1)
    return self / (means * alpha + k).pow(beta)
  }
}
