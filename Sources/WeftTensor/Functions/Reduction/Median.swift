// The lower of the two middle elements where their number is even, as in PyTorch.

extension Tensor {
  /// The median of all elements, the lower of two; NaN if there is one. Equal elements share the gradient.
  public func median() -> Tensor { flatMedian(ignoringNaN: false) }

  /// The median of the elements other than NaN; NaN where there are none. Equal elements share the gradient.
  public func nanMedian() -> Tensor { flatMedian(ignoringNaN: true) }

  /// The median along `axis`, the lower of two, and its place (int64); NaN if there is one. The gradient goes to the
  /// element at that place.
  public func median(axis: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    lineMedian(axis, keepDims, ignoringNaN: false)
  }

  /// The median along `axis` of the elements other than NaN, and its place (int64); NaN where there are none.
  public func nanMedian(axis: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    lineMedian(axis, keepDims, ignoringNaN: true)
  }

  private func flatMedian(ignoringNaN: Bool) -> Tensor {
    // A mean of nothing: NaN, with a gradient of nothing.
    if elementCount == 0, dtype.isFloatingPoint { return mean() }
    let middle = flattened().detach().lineMedian(0, false, ignoringNaN: ignoringNaN).0
    guard dtype.isFloatingPoint else { return middle }
    // The middle plus the mean of what equal elements differ from it: 0, but with their gradients. What is not finite
    // is its own mean.
    let isMiddle = (self .== middle) .| (isNaN() .& middle.isNaN())
    let zero = Tensor(zeros: [], dtype: dtype)
    let base = Tensor.where(middle.isFinite(), middle, zero)
    let wide = dtype.statistics
    let sum = Tensor.where(isMiddle, self - base, zero).converted(to: wide).sum()
    return base + (sum / isMiddle.sum().converted(to: wide)).converted(to: dtype)
  }

  private func lineMedian(_ axis: Int, _ keepDims: Bool, ignoringNaN: Bool) -> (values: Tensor, indices: Tensor) {
    let name = ignoringNaN ? "nanMedian" : "median"
    if isLine(axis) { return asLine { $0.lineMedian(0, false, ignoringNaN: ignoringNaN) } }
    guard let place = shape.axis(axis) else { return failedPair(.axis(axis, rank: rank, operation: name)) }
    let size = shape[place]
    guard size > 0 else {
      return failedPair(
        TensorError(
          .shape, operation: name, operands: [("tensor", spec)], expected: "at least one element along the axis",
          got: "axis \(place) of size 0"))
    }
    let (values, indices) = sorted(axis: place)
    // Numbers stand first: `count` of them.
    let count = (.!isNaN()).sum(axis: place, keepDims: true)
    let middle = (count - 1).clamped(low: 0).floorDivided(by: 2)
    let chosen = ignoringNaN ? middle : Tensor.where(count .== Tensor(size), middle, count)
    let results = [values, indices].map { $0.gathered(chosen, axis: place) }
    return keepDims ? (results[0], results[1]) : (results[0].squeezed(place), results[1].squeezed(place))
  }
}
