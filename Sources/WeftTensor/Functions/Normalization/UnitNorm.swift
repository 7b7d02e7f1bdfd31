extension Tensor {
  /// x / max(‖x‖, ε), the norm of `order` taken along `axis` (PyTorch's `normalize`).
  public func normalized(order: Double = 2, axis: Int = 1, epsilon: Double = 1e-12) -> Tensor {
    if rank > 0, shape.axis(axis) == nil { return .failed(.axis(axis, rank: rank, operation: "normalized")) }
    if elementCount == 0 || shape.axis(axis) == nil {
      return self / norm(order: order, axis: axis, keepDims: true).clamped(low: epsilon)
    }
    if order == 2, epsilon >= 0 { return apply(UnitVector(axis: axis, epsilon: epsilon), [self])[0] }
    let x = converted(to: dtype.floating.statistics)
    let unit = x.unitOfNorms(axes: [axis])
    let scaled = x / unit
    let norm = scaled.norm(order: order, axis: axis, keepDims: true)
    return (scaled / maximum(norm, epsilon / unit)).converted(to: dtype.floating)
  }
  /// What to divide by before a norm over `axes` is taken: the largest number where a norm might leave the range, or lose
  /// digits, else 1.
  func unitOfNorms(axes: [Int]) -> Tensor {
    let largest = detach().abs().max(axes: axes, keepDims: true)
    let (low, high): (Tensor, Tensor) = dtype == .float64 ? (0x1p-1000, 0x1p1000) : (0x1p-100, 0x1p100)
    let isFar = ((largest .> high) .& largest.isFinite()) .| ((largest .< low) .& (largest .> 0))
    return Tensor.where(isFar, largest, 1)
  }
}
