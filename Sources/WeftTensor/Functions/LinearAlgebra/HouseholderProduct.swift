extension Tensor {
  /// The first columns of the product of the reflections 1 - τᵢ·vᵢ·vᵢᵀ, where vᵢ is column i of these matrices from the
  /// diagonal, 1, downward (PyTorch's `linalg.householder_product`, LAPACK's `orgqr`).
  ///
  /// Shape: [..., m, n], m ≥ n, with `scales` [..., k], k ≤ n, gives [..., m, n].
  public func householderProduct(scales: Tensor) -> Tensor {
    guard rank >= 2, scales.rank == rank - 1, shape[-2] >= shape[-1], scales.shape[-1] <= shape[-1],
      scales.shape.sizes.dropLast() == shape.sizes.dropLast(2)
    else {
      return .failed(
        TensorError(
          .shape, operation: "householderProduct", operands: [("tensor", spec), ("scales", scales.spec)],
          expected: "[..., m, n] with m ≥ n, and scales [..., k] with k ≤ n", got: "\(shape) and \(scales.shape)"))
    }
    let unit = Tensor(eye: shape[-2], shape[-1], dtype: dtype)
    let vectors = tril(diagonal: -1) + unit
    var result = unit.expanded(to: shape)
    for place in (0..<scales.shape[-1]).reversed() {
      let v = vectors.sliced(axis: -1, from: place, to: place + 1)
      let scale = scales.sliced(axis: -1, from: place, to: place + 1).unsqueezed(-1)
      result = result - (v * scale).matmul(v.transposed().matmul(result))
    }
    return result
  }
}
