/// Every choice of one element from each vector, one a row, the last vector's changing fastest (PyTorch's
/// `cartesian_prod`).
///
/// Shape: k vectors [n₁] … [nₖ] give [n₁·…·nₖ, k]; a single vector gives itself.
public func cartesianProduct(_ vectors: [Tensor]) -> Tensor {
  guard !vectors.isEmpty, vectors.allSatisfy({ $0.rank == 1 }) else {
    return .failed(
      TensorError(
        .shape, operation: "cartesianProduct", operands: vectors.enumerated().map { ("vector \($0)", $1.spec) },
        expected: "vectors, at least one",
        got: vectors.isEmpty ? "none" : vectors.map { "\($0.shape)" }.joined(separator: ", ")))
  }
  guard vectors.count > 1 else { return vectors[0] }
  let whole = Shape(vectors.map { $0.shape[0] })
  let columns = vectors.enumerated().map { place, vector in
    var sizes = Array(repeating: 1, count: vectors.count)
    sizes[place] = vector.shape[0]
    return vector.reshaped(to: Shape(sizes)).expanded(to: whole).reshaped(-1)
  }
  return stacked(columns, axis: 1)
}
