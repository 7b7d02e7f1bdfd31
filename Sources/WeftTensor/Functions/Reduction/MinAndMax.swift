extension Tensor {
  /// The smallest and the largest element, of all or over `axes`; NaN if there is one. Equal ones share the gradient.
  public func minAndMax(axes: [Int]? = nil, keepDims: Bool = false) -> (min: Tensor, max: Tensor) {
    (min(axes: axes, keepDims: keepDims), max(axes: axes, keepDims: keepDims))
  }
  /// The smallest and the largest element along one axis.
  public func minAndMax(axis: Int, keepDims: Bool = false) -> (min: Tensor, max: Tensor) {
    minAndMax(axes: [axis], keepDims: keepDims)
  }
}
