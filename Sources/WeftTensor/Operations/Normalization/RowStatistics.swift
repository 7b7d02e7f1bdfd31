/// What a normalization found of its rows, as their gradients read it: r, one over their spread, and μ, where there is one.
struct RowStatistics {
  let scale: Tensor
  var mean: Tensor?

  /// The rows whose r left its type's range, or whose μ is so large that a difference from it may; nil where none is.
  /// NaN is no reason, as it stays what it is.
  func outOfRange() -> Tensor? {
    let (low, high) = (scale.dtype.leastNormal, scale.dtype == .float64 ? 1e300 : 1e30)
    let isNear = mean.map { $0.isInRangeOrNaN(from: -high, through: high) } ?? true
    if isNear, scale.isInRangeOrNaN(from: low) { return nil }
    let isOut = (scale .< Tensor(weak: low)) .| scale.isInfinite()
    return mean.map { isOut .| ($0.abs() .> Tensor(weak: high)) } ?? isOut
  }
}

extension Tensor {
  /// The power of two at each number, outside any graph: what it is divided by is from 0.5 up to 1.
  func binaryUnit() -> Tensor {
    let (low, high): (Tensor, Tensor) = dtype == .float64 ? (-1000, 1000) : (-120, 120)
    return apply(BinaryExponent(), [detach()])[0].clamped(low: low, high: high).exp2()
  }
}
