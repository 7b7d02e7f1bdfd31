extension Tensor {
  /// The cross products of vectors of three numbers along `axis` (PyTorch's `linalg.cross`).
  ///
  /// Shape: both have the same number of axes and size 3 along `axis`; the other axes broadcast.
  public func cross(_ other: Tensor, axis: Int = -1) -> Tensor {
    guard rank == other.rank, let place = shape.axis(axis), shape[place] == 3, other.shape[place] == 3 else {
      return .failed(
        TensorError(
          .shape, operation: "cross", operands: [("a", spec), ("b", other.spec)],
          expected: "vectors of 3 numbers along axis \(axis), as many axes in both", got: "\(shape) and \(other.shape)")
      )
    }
    // Element i of the result is number i + 1 of aⱼ·bⱼ₊₁ - aⱼ₊₁·bⱼ.
    let turned = self * other.rolled(by: -1, axis: place) - rolled(by: -1, axis: place) * other
    return turned.rolled(by: -1, axis: place)
  }
}
