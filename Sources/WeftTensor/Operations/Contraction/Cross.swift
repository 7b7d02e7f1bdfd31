extension Tensor {
  /// The cross products of vectors of three numbers along `axis` (PyTorch's `linalg.cross`).
  ///
  /// Shape: both have size 3 along `axis`; the other axes broadcast.
  public func cross(_ other: Tensor, axis: Int = -1) -> Tensor {
    guard let mine = shape.axis(axis), let theirs = other.shape.axis(axis), shape[mine] == 3, other.shape[theirs] == 3
    else {
      return .failed(
        TensorError(
          .shape, operation: "cross", operands: [("a", spec), ("b", other.spec)],
          expected: "vectors of 3 numbers along axis \(axis)", got: "\(shape) and \(other.shape)"))
    }
    // Element i of the result is number i + 1 of aⱼ·bⱼ₊₁ - aⱼ₊₁·bⱼ.
    let turned = self * other.rolled(by: -1, axis: theirs) - rolled(by: -1, axis: mine) * other
    return turned.rolled(by: -1, axis: axis < 0 ? axis : Swift.max(mine, theirs))
  }
}
