extension Tensor {
  /// The mean of the elements other than NaN, of all or over `axes`; NaN where there are none.
  public func nanMean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    let count = (.!isNaN()).sum(axes: axes, keepDims: keepDims, dtype: .float64)
    // In float64: the sum may overflow where the mean does not.
    let sum = maskedFilled(where: isNaN(), with: 0).sum(axes: axes, keepDims: keepDims, dtype: .float64)
    return (sum / count).converted(to: dtype.floating)
  }
  /// The mean of the elements other than NaN along one axis.
  public func nanMean(axis: Int, keepDims: Bool = false) -> Tensor { nanMean(axes: [axis], keepDims: keepDims) }
}
