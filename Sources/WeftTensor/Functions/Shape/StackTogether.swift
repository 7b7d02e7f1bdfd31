// Joins along a particular axis, by NumPy's names for directions.

/// Tensors side by side: joined along axis 1, or 0 if they are lists (PyTorch's `hstack`).
public func stackedHorizontally(_ tensors: [Tensor]) -> Tensor {
  let whole = tensors.map { $0.atLeast1D() }
  return concatenated(whole, axis: whole.first?.rank == 1 ? 0 : 1)
}

/// Tensors on top of each other: joined along axis 0, lists as rows (PyTorch's `vstack`).
public func stackedVertically(_ tensors: [Tensor]) -> Tensor {
  concatenated(tensors.map { $0.atLeast2D() }, axis: 0)
}

/// Tensors behind each other: joined along axis 2 (PyTorch's `dstack`).
public func stackedInDepth(_ tensors: [Tensor]) -> Tensor {
  concatenated(tensors.map { $0.atLeast3D() }, axis: 2)
}

/// Lists as the columns of a matrix, and matrices side by side (PyTorch's `column_stack`).
public func stackedAsColumns(_ tensors: [Tensor]) -> Tensor {
  concatenated(tensors.map { $0.rank > 1 ? $0 : $0.reshaped(to: [$0.elementCount, 1]) }, axis: 1)
}
