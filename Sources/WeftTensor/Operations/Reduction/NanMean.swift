extension Tensor {
  /// The mean of the elements other than NaN, of all or over `axes`; NaN where there are none.
  public func nanMean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    let count = (.!isNaN()).sum(axes: axes, keepDims: keepDims)
    return nanSum(axes: axes, keepDims: keepDims) / count.converted(to: dtype.floating)
  }
  public func nanMean(axis: Int, keepDims: Bool = false) -> Tensor { nanMean(axes: [axis], keepDims: keepDims) }
}
