// The places where running extremes stand.

extension Tensor {
  /// The last place up to each element where this tensor has the `running` extreme.
  func runningPlaces(of running: Tensor, axis: Int) -> Tensor {
    let backend = backend
    let spec = TensorSpec(shape, .int64)
    let isReached = backend.map(RunningFormulas.equal, [], [self, running], as: [TensorSpec(shape, .bool)])
    let positions = Tensor(arange: shape[axis]).alongAxis(axis, of: shape)
    let reached = backend.map(RunningFormulas.chosen, [], [isReached[0], positions], as: [spec])[0]
    return backend.scan(reached, axis: axis, by: .maximum)
  }
}

private enum RunningFormulas {
  static let equal = Formula { x, y in (x .== y) .| (isNaN(x) .& isNaN(y)) }
  static let chosen = Formula { condition, place in select(condition, place, 0) }
}

extension ReferenceArray {
  /// The running extremes along `axis` and their places; `replaces` says whether a new number takes an old one's place.
  func runningExtremes(along axis: Int, _ replaces: (Double, Double) -> Bool) -> [ReferenceArray] {
    let axis = axis < 0 ? axis + shape.count : axis
    var (values, places) = (self, ReferenceArray(shape: shape) { _ in 0 })
    for index in Self.indices(of: shape) where index[axis] > 0 {
      var before = index
      before[axis] -= 1
      let (old, new) = (values[before], self[index])
      let isNew = new.isNaN || (!old.isNaN && replaces(new, old))
      values[index] = isNew ? new : old
      places[index] = isNew ? Double(index[axis]) : places[before]
    }
    return [values, places]
  }
}
