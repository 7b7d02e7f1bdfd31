extension Tensor {
  /// The smallest and the largest element, of all or along `axis`; NaN if there is one. Equal ones share the gradient.
  public func minAndMax(axis: Int? = nil, keepDims: Bool = false) -> (min: Tensor, max: Tensor) {
    let axes = axis.map { [$0] }
    return (min(axes: axes, keepDims: keepDims), max(axes: axes, keepDims: keepDims))
  }
}
