/// A matrix of zeros with the matrices given along its diagonal (PyTorch's `block_diag`). A vector counts as one row, a
/// scalar as a matrix of one element.
///
/// Shape: [m₁, n₁], [m₂, n₂], … give [m₁ + m₂ + …, n₁ + n₂ + …].
public func blockDiagonal(_ blocks: [Tensor]) -> Tensor {
  guard !blocks.isEmpty, blocks.allSatisfy({ $0.rank <= 2 }) else {
    return .failed(
      TensorError(
        .shape, operation: "blockDiagonal", operands: blocks.enumerated().map { ("block \($0)", $1.spec) },
        expected: "at least one block, of two axes at most",
        got: blocks.isEmpty ? "none" : blocks.map { "\($0.shape)" }.joined(separator: ", ")))
  }
  let matrices = blocks.map { $0.rank == 2 ? $0 : $0.reshaped(to: [1, $0.elementCount]) }
  let width = matrices.reduce(0) { $0 + $1.shape[1] }
  var left = 0
  let rows = matrices.map { matrix in
    defer { left += matrix.shape[1] }
    return matrix.padded([(left, width - left - matrix.shape[1])])
  }
  return concatenated(rows, axis: 0)
}
