/// What `leastSquares` finds.
public struct LeastSquaresResult: Sendable {
  /// [..., n, k].
  public let solution: Tensor
  /// Σ(a·x - b)² over the rows, [..., k]; of no elements where a has not more rows than columns, or lacks full rank,
  /// and inside `vmap`, where that cannot be looked at.
  public let residuals: Tensor
  /// The number of singular values of a that count, [...] of int64.
  public let rank: Tensor
  /// [..., min(m, n)].
  public let singularValues: Tensor
}

/// The x with the smallest |a·x - b|₂ and, among those, the smallest |x|₂, for matrices a of any shape and rank.
///
/// Shape: [..., m, n] and [..., m, k] give [..., n, k]. Singular values up to `relativeTolerance` times the largest
/// (by default the larger size times the type's precision) count as 0. As PyTorch's `linalg.lstsq` with the driver
/// `gelsd`; its default, `gelsy`, finds the same solution. The solution is the pseudo-inverse times b, and has its
/// gradients.
public func leastSquares(_ a: Tensor, _ b: Tensor, relativeTolerance: Double? = nil) -> LeastSquaresResult {
  let inverse = a.pseudoInverse(relativeTolerance: relativeTolerance)
  let solution = matmul(inverse, b)
  let s = a.detach().singularValues()
  let rank = a.detach().matrixRank(relativeTolerance: relativeTolerance)
  let result = { (residuals: Tensor) in
    LeastSquaresResult(solution: solution, residuals: residuals, rank: rank, singularValues: s)
  }
  guard !solution.isInvalid, !rank.isInvalid, !rank.isBatched,
    (rank .== Tensor(s.shape[-1])).all().item(as: Bool.self), a.shape[-2] > a.shape[-1]
  else { return result(Tensor(zeros: [0], dtype: solution.dtype)) }
  return result((matmul(a, solution) - b).squared().sum(axis: -2))
}
