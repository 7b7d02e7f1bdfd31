/// The factorizations and solutions of dense matrices that a device computes: [..., rows, columns] of float32 or float64,
/// every matrix by itself.
///
/// Inputs may be any strided or broadcast views; results are new memory. A matrix whose numbers do not allow the result
/// is a `MatrixFailure`.
protocol LinearAlgebraBackend {
  /// P·a = L·U: the factors in one matrix, and the exchanges of rows (int32, from 0). Never fails for singular matrices.
  func lu(_ a: Tensor) throws(MatrixFailure) -> (factors: Tensor, pivots: Tensor)
  /// The determinants.
  func determinant(_ a: Tensor) throws(MatrixFailure) -> Tensor
  /// The solution x of a·x = b.
  func solve(_ a: Tensor, _ b: Tensor) throws(MatrixFailure) -> Tensor
  /// The same for triangular `a`.
  func solveTriangular(_ a: Tensor, _ b: Tensor, upper: Bool, unitDiagonal: Bool) throws(MatrixFailure) -> Tensor
  /// L with L·Lᵀ = a, whose lower triangle is read; what is above L's diagonal is unspecified.
  func cholesky(_ a: Tensor) throws(MatrixFailure) -> Tensor
  /// a = q·r with as many columns of q as asked for; what is below r's diagonal is unspecified.
  func qr(_ a: Tensor, columns: Int) throws(MatrixFailure) -> (q: Tensor, r: Tensor)
  /// a = u·diag(s)·vᵀ, the largest singular value first; u and vᵀ only if `vectors`.
  func svd(_ a: Tensor, vectors: Bool) throws(MatrixFailure) -> (u: Tensor?, s: Tensor, vt: Tensor?)
  /// Eigenvalues, the smallest first, of symmetric matrices, whose lower triangles are read, and the eigenvectors in
  /// columns, if `vectors`.
  func symmetricEigen(_ a: Tensor, vectors: Bool) throws(MatrixFailure) -> (values: Tensor, vectors: Tensor?)
}

/// A matrix that a factorization could not take: its place in the batch, and what the routine said of it.
struct MatrixFailure: Error {
  enum Reason: Equatable {
    /// The numbers do not allow the result; at this row or step, from 1.
    case numbers(at: Int)
    case noMemory
  }

  let element: Int
  let reason: Reason
}
