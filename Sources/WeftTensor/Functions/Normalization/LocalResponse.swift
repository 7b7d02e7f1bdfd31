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
    let x = converted(to: dtype.statistics)
    // Numbers whose squares would leave the range, in a unit of each place's own: the result does not depend on it.
    let largest = x.detach().abs().max(axis: 1, keepDims: true)
    let isLarge = (largest .> Self.rootOfRange(x.dtype)) .& largest.isFinite()
    let unit = Tensor.where(isLarge, largest, 1)
    let scaled = x / unit
    let squares = scaled.squared().padded([(size / 2, (size - 1) / 2)] + others)
    let means = squares.slidingWindows(axis: 1, size: size).mean(axis: -1)
    let sum = means * alpha + Tensor.where(isLarge, k / largest / largest, Tensor(weak: k))
    return (scaled / sum.pow(beta) * unit.pow(1 - 2 * beta)).converted(to: dtype)
  }

  /// Far below the root of a type's largest number.
  private static func rootOfRange(_ dtype: DType) -> Tensor { dtype == .float64 ? 0x1p500 : 0x1p60 }
}
