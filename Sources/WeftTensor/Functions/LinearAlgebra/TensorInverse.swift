extension Tensor {
  /// The inverse of this tensor as a matrix whose rows are the first `axisCount` axes and whose columns are the others:
  /// `tensorDot(x.tensorInverse(), y, axes: axisCount)` solves x·z = y (PyTorch's `linalg.tensorinv`).
  ///
  /// Shape: [rows..., columns...], as many elements in both, to [columns..., rows...].
  public func tensorInverse(axisCount: Int = 2) -> Tensor {
    guard (1..<Swift.max(rank, 1)).contains(axisCount) else {
      return .failed(
        TensorError(
          .axis, operation: "tensorInverse", operands: [("tensor", spec)],
          expected: "a number of axes in 1 ..< \(rank)", got: "\(axisCount)"))
    }
    let (rows, columns) = (shape.sizes.prefix(axisCount), shape.sizes.dropFirst(axisCount))
    let matrix = reshaped(to: [rows.reduce(1, *), columns.reduce(1, *)])
    return matrix.inverse().reshaped(to: Shape(columns + rows))
  }
}

/// The z with Σ a[rows..., columns...]·z[columns...] = b, where b's axes are the rows (PyTorch's `linalg.tensorsolve`).
///
/// Shape: [rows..., columns...], as many elements in both, and [rows...] give [columns...].
public func tensorSolve(_ a: Tensor, _ b: Tensor) -> Tensor {
  guard a.rank > b.rank, a.shape.sizes.prefix(b.rank) == b.shape.sizes[...] else {
    return .failed(
      TensorError(
        .shape, operation: "tensorSolve", operands: [("a", a.spec), ("b", b.spec)],
        expected: "b's axes as the first of a's", got: "\(a.shape) and \(b.shape)"))
  }
  let columns = Shape(a.shape.sizes.dropFirst(b.rank))
  let matrix = a.reshaped(to: [b.elementCount, columns.elementCount])
  return solve(matrix, b.reshaped(-1)).reshaped(to: columns)
}
