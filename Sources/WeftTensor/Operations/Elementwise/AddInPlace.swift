extension Tensor {
  /// Adds `other` into this tensor's memory; false, and nothing done, unless that is its alone and fits the sum.
  mutating func add(_ other: Tensor) -> Bool {
    guard source == nil, other.source == nil, shape == other.shape, dtype == other.dtype, !isWeakScalar,
      isKnownUniquelyReferenced(&view), view.holdsStorageAlone, isDense
    else { return false }
    Add.formula.write([], reading: [self, other], into: [self])
    return true
  }
}
