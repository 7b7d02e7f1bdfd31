extension Tensor {
  /// The integral along `axis` of the function that these are values of, by the trapezoidal rule.
  ///
  /// - Parameters:
  ///   - positions: Where the values stand, along the axis alone or broadcast, last axes to last axes; left out, `step`
  ///     apart.
  public func trapezoid(at positions: Tensor? = nil, step: Double = 1, axis: Int = -1) -> Tensor {
    trapezoids(positions, step, axis, "trapezoid") { $0.sum(axis: $1) }
  }

  /// The same integral up to each element but the first.
  public func cumulativeTrapezoid(at positions: Tensor? = nil, step: Double = 1, axis: Int = -1) -> Tensor {
    trapezoids(positions, step, axis, "cumulativeTrapezoid") { $0.cumulativeSum(axis: $1) }
  }

  private func trapezoids(
    _ positions: Tensor?, _ step: Double, _ axis: Int, _ name: String, _ join: (Tensor, Int) -> Tensor
  ) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: name)) }
    // Of halves, whose sum stays in the range of its type.
    let means = sliced(axis: place, from: 1) * 0.5 + sliced(axis: place, to: -1) * 0.5
    guard let positions else { return join(means, place) * step }
    let isList = positions.rank == 1
    // From the end, where axes correspond.
    let widths = positions.difference(axis: isList ? 0 : place - rank)
    let wide = isList ? widths.reshaped(to: Shape([-1] + Array(repeating: 1, count: rank - 1 - place))) : widths
    return join(means * wide, place - rank)
  }
}
