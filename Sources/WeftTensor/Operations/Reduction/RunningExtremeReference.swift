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
