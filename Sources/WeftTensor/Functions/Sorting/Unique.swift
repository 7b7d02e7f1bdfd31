/// The different elements of a tensor, or slices of it.
public struct UniqueElements: Sendable {
  /// Each once.
  public let values: Tensor
  /// For each original element (or slice), its place among the values; int64.
  public let inverse: Tensor
  /// How often each stood in the original; int64.
  public let counts: Tensor
}

extension Tensor {
  /// The different elements in ascending order, or the different slices along `axis` in lexicographic order. Each NaN
  /// differs from every other.
  public func unique(axis: Int? = nil) -> UniqueElements {
    if let found = uniqueLine(axis) { return found }
    return runs(along: axis, operation: "unique") { $0.lexicographicOrder() }
  }

  /// The different elements of all, or of the only axis; nil where that is not what is asked for.
  private func uniqueLine(_ axis: Int?) -> UniqueElements? {
    guard !isInvalid, !isBatched, axis == nil || (rank == 1 && shape.axis(axis ?? 0) != nil) else { return nil }
    willBeRead(by: "unique")
    let flat = detach().reshaped(to: [-1])
    guard let (firsts, inverse, counts) = flat.backend.unique(flat) else { return nil }
    return UniqueElements(
      values: reshaped(to: [-1]).indexSelected(firsts, axis: 0), inverse: inverse.reshaped(to: shape), counts: counts)
  }

  /// The elements, or the slices along `axis`, without those that repeat the one before them.
  public func uniqueConsecutive(axis: Int? = nil) -> UniqueElements {
    runs(along: axis, operation: "uniqueConsecutive") { Tensor(arange: $0.shape[0]) }
  }

  /// Runs of equal slices, in the order that `ordering` gives the rows of a matrix.
  private func runs(along axis: Int?, operation: String, _ ordering: (Tensor) -> Tensor) -> UniqueElements {
    guard let axis else {
      let flat = reshaped(to: [-1]).runs(along: 0, operation: operation, ordering)
      return UniqueElements(values: flat.values, inverse: flat.inverse.reshaped(to: shape), counts: flat.counts)
    }
    guard let place = shape.axis(axis) else {
      let failed = Tensor.failed(.axis(axis, rank: rank, operation: operation))
      return UniqueElements(values: failed, inverse: failed, counts: failed)
    }
    let count = shape[place]
    let front = detach().movedAxis(place, to: 0)
    let rows = front.reshaped(to: [count, count == 0 ? 0 : elementCount / count])
    let order = ordering(rows)
    let sorted = rows.indexSelected(order, axis: 0)
    let changes = (sorted.sliced(axis: 0, from: 1) .!= sorted.sliced(axis: 0, to: -1)).any(axis: 1)
    let starts = concatenated([Tensor(ones: [Swift.min(count, 1)], dtype: .bool), changes], axis: 0)
    let first = starts.nonzeroPositions()
    let inverse = Tensor(zeros: [count], dtype: .int64)
      .scattered(starts.cumulativeSum(axis: 0) - Tensor(1), at: order, axis: 0)
    return UniqueElements(
      values: indexSelected(order.indexSelected(first, axis: 0), axis: place), inverse: inverse,
      counts: first.difference(append: Tensor([count])))
  }

  /// The order in which the rows of this matrix ascend, the first column deciding before the second, and so on.
  private func lexicographicOrder() -> Tensor {
    var order = Tensor(arange: shape[0])
    for column in (0..<shape[1]).reversed() {
      let keys = sliced(axis: 1, from: column, to: column + 1).reshaped(to: [-1]).indexSelected(order, axis: 0)
      order = order.indexSelected(keys.argsort(), axis: 0)
    }
    return order
  }
}
