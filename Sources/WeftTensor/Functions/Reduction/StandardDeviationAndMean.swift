extension Tensor {
  /// The standard deviation and the mean, of all elements or over `axes`.
  public func standardDeviationAndMean(
    axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false
  ) -> (standardDeviation: Tensor, mean: Tensor) {
    let results = apply(StandardDeviation(axes: axes, correction: correction, keepDims: keepDims), [self])
    return (results[0], results[1])
  }
  /// The standard deviation and the mean along one axis.
  public func standardDeviationAndMean(
    axis: Int, correction: Double = 1, keepDims: Bool = false
  ) -> (standardDeviation: Tensor, mean: Tensor) {
    standardDeviationAndMean(axes: [axis], correction: correction, keepDims: keepDims)
  }
}
