extension Tensor {
  /// The standard deviation and the mean, of all elements or over `axes`.
  public func standardDeviationAndMean(
    axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false
  ) -> (standardDeviation: Tensor, mean: Tensor) {
    (
      standardDeviation(axes: axes, correction: correction, keepDims: keepDims), mean(axes: axes, keepDims: keepDims)
    )
  }
}
