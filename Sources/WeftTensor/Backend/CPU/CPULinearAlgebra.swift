import CWeft

// LAPACK wants columns without gaps: a copy of the transposed matrices in row-major order has them, and a result is the
// transposed view of such memory, which products read in place.
extension CPUBackend {
  func lu(_ a: Tensor) throws(MatrixFailure) -> (factors: Tensor, pivots: Tensor) {
    let factors = Self.columns(of: a)
    let lead = a.shape.sizes.dropLast(2)
    let pivots = Tensor(uninitialized: TensorSpec(Shape(lead + [min(a.shape[-2], a.shape[-1])]), .int32))
    try Self.run(a) { sizes, info in
      weft_lapack_lu(&sizes, factors.baseAddress, pivots.baseAddress.assumingMemoryBound(to: Int32.self), info)
    } isFailure: {
      $0 < 0
    }
    return (factors.transposed(), pivots - 1)
  }

  func determinant(_ a: Tensor) throws(MatrixFailure) -> Tensor {
    // That of nothing is the product of nothing.
    guard a.elementCount > 0 else { return Tensor(ones: Shape(a.shape.sizes.dropLast(2)), dtype: a.dtype) }
    let factors = Self.columns(of: a)
    let result = Tensor(uninitialized: TensorSpec(Shape(a.shape.sizes.dropLast(2)), a.dtype))
    try Self.run(a) { sizes, info in
      weft_lapack_determinant(&sizes, factors.baseAddress, result.baseAddress, info)
    } isFailure: {
      $0 < 0
    }
    return result
  }

  func solve(_ a: Tensor, _ b: Tensor) throws(MatrixFailure) -> Tensor {
    let (factors, result) = (Self.columns(of: a), Self.columns(of: b))
    try Self.run(a) { sizes, info in
      weft_lapack_solve(&sizes, Int64(b.shape[-1]), factors.baseAddress, result.baseAddress, info)
    }
    return result.transposed()
  }

  func solveTriangular(_ a: Tensor, _ b: Tensor, upper: Bool, unitDiagonal: Bool) throws(MatrixFailure) -> Tensor {
    // It is only read, so it may stay as it lies.
    let liesByColumns = a.transposed().isContiguous
    let matrix = liesByColumns || a.isContiguous ? a : Self.columns(of: a).transposed()
    let result = Self.columns(of: b)
    try Self.run(a) { sizes, info in
      weft_lapack_solve_triangular(
        &sizes, Int64(b.shape[-1]), upper, unitDiagonal, !matrix.transposed().isContiguous, matrix.baseAddress,
        result.baseAddress, info)
    }
    return result.transposed()
  }

  func cholesky(_ a: Tensor) throws(MatrixFailure) -> Tensor {
    let factors = Self.columns(of: a)
    try Self.run(a) { sizes, info in weft_lapack_cholesky(&sizes, factors.baseAddress, info) }
    return factors.transposed()
  }

  func qr(_ a: Tensor, columns: Int) throws(MatrixFailure) -> (q: Tensor, r: Tensor) {
    let factors = Self.columns(of: a)
    let lead = a.shape.sizes.dropLast(2)
    let q = Tensor(uninitialized: TensorSpec(Shape(lead + [columns, a.shape[-2]]), a.dtype))
    try Self.run(a) { sizes, info in
      weft_lapack_qr(&sizes, Int64(columns), factors.baseAddress, q.baseAddress, info)
    }
    return (q.transposed(), factors.transposed())
  }

  func svd(_ a: Tensor, vectors: Bool) throws(MatrixFailure) -> (u: Tensor?, s: Tensor, vt: Tensor?) {
    // LAPACK sees the transposed matrix, aᵀ = v·s·uᵀ; its columns of v are our rows of vᵀ.
    let rows = Self.columns(of: a.transposed())
    let lead = a.shape.sizes.dropLast(2)
    let count = min(a.shape[-2], a.shape[-1])
    let s = Tensor(uninitialized: TensorSpec(Shape(lead + [count]), a.dtype))
    let u = vectors ? Tensor(uninitialized: TensorSpec(Shape(lead + [a.shape[-2], count]), a.dtype)) : nil
    let vt = vectors ? Tensor(uninitialized: TensorSpec(Shape(lead + [count, a.shape[-1]]), a.dtype)) : nil
    try Self.run(a.transposed()) { sizes, info in
      weft_lapack_svd(&sizes, rows.baseAddress, vt?.baseAddress, s.baseAddress, u?.baseAddress, info)
    }
    return (u, s, vt)
  }

  func symmetricEigen(_ a: Tensor, vectors: Bool) throws(MatrixFailure) -> (values: Tensor, vectors: Tensor?) {
    let columns = Self.columns(of: a)
    let values = Tensor(uninitialized: TensorSpec(Shape(a.shape.sizes.dropLast()), a.dtype))
    try Self.run(a) { sizes, info in
      weft_lapack_symmetric_eigen(&sizes, vectors, columns.baseAddress, values.baseAddress, info)
    }
    return (values, vectors ? columns.transposed() : nil)
  }

  /// New memory that holds the matrices column by column: their transposes in row-major order.
  private static func columns(of matrices: Tensor) -> Tensor {
    let turned = matrices.transposed()
    let result = Tensor(uninitialized: turned.spec)
    guard turned.elementCount > 0 else { return result }
    shared.map(Formulas.identity, [], [turned], into: [result])
    return result
  }

  /// Runs a routine over all matrices of `a`'s shape; the first of which it says something else than 0 is the failure.
  private static func run(
    _ a: Tensor, _ routine: (inout weft_matrices, UnsafeMutablePointer<Int32>) -> Void,
    isFailure: (Int32) -> Bool = { $0 != 0 }
  ) throws(MatrixFailure) {
    guard a.elementCount > 0 else { return }
    let count = a.elementCount / (a.shape[-2] * a.shape[-1])
    var sizes = weft_matrices(
      batch: Int64(count), rows: Int64(a.shape[-2]), columns: Int64(a.shape[-1]), dtype: Int32(a.dtype.rawValue))
    var failure: MatrixFailure?
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { info in
      guard let first = info.baseAddress else { return }
      routine(&sizes, first)
      guard let element = info.firstIndex(where: isFailure) else { return }
      let code = info[element]
      failure = MatrixFailure(element: element, reason: code > 0 ? .numbers(at: Int(code)) : .noMemory)
    }
    if let failure { throw failure }
  }
}
