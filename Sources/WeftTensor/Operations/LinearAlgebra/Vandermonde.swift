extension Tensor {
  /// The powers 0 through `count` - 1 of each number, in a row (PyTorch's `linalg.vander`).
  ///
  /// Shape: [..., n] to [..., n, count]; as many powers as numbers where left out.
  public func vandermonde(count: Int? = nil) -> Tensor {
    let count = count ?? shape[-1]
    guard count >= 1 else {
      return .failed(
        TensorError(
          .value, operation: "vandermonde", operands: [("tensor", spec)], expected: "at least one power",
          got: "\(count)"))
    }
    let column = unsqueezed(-1)
    guard count > 1 else { return column.onesLike() }
    let factors = column.expanded(to: Shape(shape.sizes + [count - 1]))
    return concatenated([column.onesLike(), factors], axis: -1).cumulativeProduct(axis: -1)
  }
}
