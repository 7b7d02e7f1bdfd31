extension Tensor {
  /// How many elements differ from 0 (NaN does), of all or over `axes`; int64.
  public func countNonzero(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    (self .!= 0).sum(axes: axes, keepDims: keepDims)
  }
  /// How many elements along one axis differ from 0.
  public func countNonzero(axis: Int, keepDims: Bool = false) -> Tensor {
    countNonzero(axes: [axis], keepDims: keepDims)
  }
}
