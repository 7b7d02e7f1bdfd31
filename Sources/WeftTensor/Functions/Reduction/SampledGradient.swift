extension Tensor {
  /// The slope along `axis` of the function that these are values of, by differences of neighbours, exact for parabolas
  /// inside (PyTorch's `gradient`).
  ///
  /// - Parameters:
  ///   - spacing: How far apart the values stand.
  ///   - edgeOrder: 1 or 2: at the ends the slope of a line through two values, or of a parabola through three.
  public func sampledGradient(spacing: Double = 1, axis: Int = -1, edgeOrder: Int = 1) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "sampledGradient")) }
    guard edgeOrder == 1 || edgeOrder == 2, shape[place] > edgeOrder else {
      return .failed(
        .shapeOf("sampledGradient", "an edge order of 1 or 2 (it is \(edgeOrder)), and more values than that", spec))
    }
    func at(_ index: Int) -> Tensor { narrowed(axis: place, from: index, count: 1) }
    let inside = (sliced(axis: place, from: 2) - sliced(axis: place, to: -2)) / 2
    let first = edgeOrder == 1 ? at(1) - at(0) : at(1) * 2 - at(0) * 1.5 - at(2) * 0.5
    let last = edgeOrder == 1 ? at(-1) - at(-2) : at(-1) * 1.5 - at(-2) * 2 + at(-3) * 0.5
    return concatenated([first, inside, last], axis: place) / spacing
  }
}
