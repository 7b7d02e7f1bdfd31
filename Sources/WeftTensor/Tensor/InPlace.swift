// Writing into memory that exists: for optimizers, running statistics and sums of gradients, which own what they change,
// and for assignments to elements.

extension Tensor {
  /// Gives this tensor memory of its own unless it already is the only one that holds it, so that writing shows nowhere
  /// else.
  ///
  /// Misuse: a tensor of a batch inside `vmap`, which has no memory of its own.
  package mutating func makeUnique() {
    if isBatched { return report(.batched("writing in place", self)) }
    if isDense && isKnownUniquelyReferenced(&view) && view.holdsStorageAlone { return storage.contentChanges() }
    view = with(source: nil).cloned().view
  }

  /// Whether the elements fill their memory without gaps or repeats, in whatever order of axes.
  var isDense: Bool {
    isContiguous || Layout.denseStrides(shape, order: Layout.memoryOrder(shape, strides)) == strides
  }

  /// A copy in memory of its own, in the same memory order, outside any graph.
  package func cloned() -> Tensor {
    backend.map(Formulas.identity, [], [self], as: [TensorSpec(shape, dtype)])[0]
  }
}

extension Tensor {
  /// Writes `rows` at `places` of this table's own memory. The caller has made it unique.
  ///
  /// Misuse: a table that has no rows, rows of another width or number, and places that are not among the table's:
  /// nothing is written then.
  package func write(rows: Tensor, at places: Tensor) {
    guard !rows.isInvalid, !places.isInvalid, rows.elementCount > 0 else { return }
    let places = places.converted(to: .int64)  // what the backend reads
    guard rank == 2, places.rank == 1, rows.shape == [places.elementCount, shape[1]], reaches(places) else {
      let operands = [(name: "table", spec: spec), (name: "rows", spec: rows.spec)]
      return report(
        TensorError(
          .shape, operation: "writing in place", operands: operands,
          expected: "a table [rows, width], and rows of its width for places in it",
          got: "\(shape), \(rows.shape) and \(places.shape)"))
    }
    Modes.current.recorder?.cannotRepeat("rows of a table were changed", hint: "a replay would not change them")
    storage.contentChanges()
    let index = places.unsqueezed(1).expanded(to: rows.shape)
    device.backend.scatter(rows.converted(to: dtype), index, axis: 0, into: self, adding: false)
  }

  /// Whether `places` are all among the rows.
  private func reaches(_ places: Tensor) -> Bool {
    let range = device.backend.indexRange(places)
    return range.smallest >= 0 && range.largest < shape[0]
  }
}
