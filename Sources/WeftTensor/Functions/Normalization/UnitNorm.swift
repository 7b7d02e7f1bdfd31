extension Tensor {
  /// x / max(‖x‖, ε), the norm of `order` taken along `axis` (PyTorch's `normalize`).
  public func normalized(order: Double = 2, axis: Int = 1, epsilon: Double = 1e-12) -> Tensor {
    if elementCount == 0 || shape.axis(axis) == nil {
      return self / norm(order: order, axis: axis, keepDims: true).clamped(low: epsilon)
    }
    if order == 2, epsilon >= 0 { return apply(UnitVector(axis: axis, epsilon: epsilon), [self])[0] }
    let x = converted(to: dtype.floating.statistics)
    // In the unit of the largest number of each line, where a norm might leave the range, or lose digits.
    let largest = x.detach().abs().max(axis: axis, keepDims: true)
    let (low, high): (Tensor, Tensor) = x.dtype == .float64 ? (0x1p-1000, 0x1p1000) : (0x1p-100, 0x1p100)
    let isFar = ((largest .> high) .& largest.isFinite()) .| ((largest .< low) .& (largest .> 0))
    let unit = Tensor.where(isFar, largest, 1)
    let scaled = x / unit
    let norm = scaled.norm(order: order, axis: axis, keepDims: true)
    return (scaled / maximum(norm, epsilon / unit)).converted(to: dtype.floating)
  }
}
