extension Tensor {
  /// log(e^x₀ + … + e^xᵢ) along `axis`, without overflow, however far apart the elements are.
  ///
  /// By doubling: after k rounds each element holds the sum of the 2ᵏ elements up to it, as the largest of them and the
  /// logarithm of the sum beside that, which as one number would be too coarse for the gradients of large elements.
  public func logCumulativeSumExp(axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.logCumulativeSumExp(axis: 0) } }
    guard let place = shape.axis(axis) else {
      return .failed(.axis(axis, rank: rank, operation: "logCumulativeSumExp"))
    }
    let x = converted(to: dtype.floating.statistics)
    var (largest, distance) = (Tensor.where(x.isFinite(), x, Tensor(zeros: [], dtype: x.dtype)).detach(), 1)
    var rest = x - largest
    while distance < shape[place] {
      let (before, restBefore) = (largest.delayed(place, by: distance), rest.delayed(place, by: distance))
      let both = maximum(largest, before)
      rest = logAddExp(rest + (largest - both), restBefore + (before - both))
      (largest, distance) = (both, distance * 2)
    }
    return (largest + rest).converted(to: dtype.floating)
  }

  /// Moved along an axis, with -∞ in front.
  private func delayed(_ axis: Int, by distance: Int) -> Tensor {
    let missing = Tensor(full: sliced(axis: axis, to: distance).shape, -.infinity, dtype: dtype)
    return concatenated([missing, sliced(axis: axis, to: -distance)], axis: axis)
  }
}
