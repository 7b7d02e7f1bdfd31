/// Which axes of a pool's input are spatial.
///
/// An input of three axes is [batch, channels, length] or one image [channels, height, width], which nothing tells apart
/// but the caller: `spatialAxes`, or several numbers in a call, say how many axes are spatial. Without either an input of
/// four or five axes is a batch, and one of three is refused.
extension Tensor {
  /// How many axes of this are spatial, given `spatialAxes` or the `numbers` of a call.
  /// - Throws: `TensorError` where that is not to be told, or does not fit.
  func spatialAxisCount(
    _ spatialAxes: Int?, _ numbers: [PerAxis?], operation: String
  ) throws(TensorError) -> Int {
    let several = numbers.lazy.compactMap { $0?.values.count }.first { $0 > 1 }
    guard let axes = spatialAxes ?? several else {
      guard rank == 3 else { return rank - 2 }
      throw TensorError(
        .shape, operation: operation, operands: [("input", spec)],
        expected: "an input of three axes with the number of its spatial axes", got: "\(shape)",
        hint: "`spatialAxes: 1` reads [batch, channels, length], `spatialAxes: 2` one image [channels, height, width]")
    }
    guard (1...3).contains(axes) else {
      throw TensorError(.value, operation: operation, expected: "1, 2 or 3 spatial axes", got: "\(axes)")
    }
    guard rank == axes + 1 || rank == axes + 2 else {
      throw TensorError(
        .shape, operation: operation, operands: [("input", spec)],
        expected: "an input of \(axes + 2) axes, [batch, channels, \(axes) spatial], or \(axes + 1), without the batch",
        got: "\(rank) axes")
    }
    return axes
  }

  /// Whether this is a single example of its spatial axes.
  func isSingle(
    spatialAxes: Int?, _ numbers: [PerAxis?], operation: String
  ) throws(TensorError) -> Bool {
    try rank == spatialAxisCount(spatialAxes, numbers, operation: operation) + 1
  }

  /// A pool of this tensor, which may be a single example; `resultCount` tensors. Errors call it `name`, else as the
  /// operation is called.
  func pooled(
    _ operation: some TensorOperation, named name: String? = nil, spatialAxes: Int?, _ numbers: [PerAxis?],
    resultCount: Int = 1
  ) -> [Tensor] {
    do throws(TensorError) {
      let isSingle = try isSingle(spatialAxes: spatialAxes, numbers, operation: name ?? type(of: operation).name)
      return isSingle ? asBatchOfOne { apply(operation, [$0]) } : apply(operation, [self])
    } catch {
      report(error)
      return Array(repeating: .invalid, count: resultCount)
    }
  }
}
