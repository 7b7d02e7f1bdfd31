extension Tensor {
  /// The Kronecker product: this tensor with each element replaced by `other` times it (PyTorch's `kron`).
  ///
  /// Shape: sizes multiply, axis by axis from the last; the shorter shape gets axes of size 1 in front.
  public func kronecker(_ other: Tensor) -> Tensor {
    let count = Swift.max(rank, other.rank)
    let a = Array(repeating: 1, count: count - rank) + shape.sizes
    let b = Array(repeating: 1, count: count - other.rank) + other.shape.sizes
    let outer = reshaped(to: Shape(a.flatMap { [$0, 1] }))
    let inner = other.reshaped(to: Shape(b.flatMap { [1, $0] }))
    return (outer * inner).reshaped(to: Shape(zip(a, b).map { $0 * $1 }))
  }
}
