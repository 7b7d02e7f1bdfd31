extension Tensor {
  /// How many elements differ from 0 (NaN does), of all or over `axes`; int64.
  public func countNonzero(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    if rank > 0, let wrong = axes?.first(where: { shape.axis($0) == nil }) {
      return .failed(.axis(wrong, rank: rank, operation: "countNonzero"))
    }
    return (self .!= 0).sum(axes: axes, keepDims: keepDims)
  }
  /// How many elements along one axis differ from 0.
  public func countNonzero(axis: Int, keepDims: Bool = false) -> Tensor {
    countNonzero(axes: [axis], keepDims: keepDims)
  }
}
