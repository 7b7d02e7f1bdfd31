extension Tensor {
  /// The sum of the elements other than NaN, of all or over `axes`.
  public func nanSum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    maskedFilled(where: isNaN(), with: 0).sum(axes: axes, keepDims: keepDims)
  }
  /// The sum of the elements other than NaN along one axis.
  public func nanSum(axis: Int, keepDims: Bool = false) -> Tensor { nanSum(axes: [axis], keepDims: keepDims) }
}
