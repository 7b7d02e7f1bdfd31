// Reading tensors as nested Swift arrays.

extension Tensor {
  /// The rows of a matrix, converted to `type`.
  public func rows<Scalar: TensorScalar>(as type: Scalar.Type) -> [[Scalar]] {
    guard hasRank(2, "rows") else { return [] }
    let (scalars, width) = (scalars(as: type), shape.axes[1])
    return (0..<shape.axes[0]).map { Array(scalars[($0 * width)..<(($0 + 1) * width)]) }
  }

  /// The matrices along the first of three axes, each as its rows, converted to `type`.
  public func blocks<Scalar: TensorScalar>(as type: Scalar.Type) -> [[[Scalar]]] {
    guard hasRank(3, "blocks") else { return [] }
    return noGrad { detach().unbound() }.map { $0.rows(as: type) }
  }

  private func hasRank(_ wanted: Int, _ operation: String) -> Bool {
    if rank == wanted || isInvalid { return !isInvalid }
    report(
      TensorError(
        .shape, operation: operation, operands: [("tensor", spec)], expected: "\(wanted) axes", got: "\(rank)"))
    return false
  }
}
