/// The factors of P·x = L·U in one matrix (L below the diagonal, where it has ones; U on and above), and the exchanges of
/// rows: row i with row pivots[i], one after the other (LAPACK's `getrf`, but counted from 0).
///
/// Gradient (de Hoog, Anderssen & Lukas 2011): Pᵀ·L⁻ᵀ·[strictlower(Lᵀ·gL) + upper(gU·Uᵀ)]·U⁻ᵀ for square x; matrices of
/// other shapes are a square part and the rest, which is solved for.
public struct LUFactorization: MatrixOperation {
  public static let name = "luFactorization"
  public static let operands: Operands = ["x"]
  public static let equation = "P·x = L·U"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try checked(inputs, square: false)
    let count = Swift.min(shape[-2], shape[-1])
    return [
      TensorSpec(shape, inputs[0].dtype), TensorSpec(Shape(shape.sizes.dropLast(2) + [count]), .int32),
    ]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    Tensor.factored(Self.name, inputs[0], expected: "matrices", got: { "a failure at row \($0)" }) {
      () throws(MatrixFailure) in
      let (factors, pivots) = try inputs.backend.lu(inputs[0])
      return [factors, pivots]
    }
  }

  public func saves(needs: [Bool]) -> Saves { .outputs }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0], g.elementCount > 0 else { return [gradients[0]] }
    let (factors, rows, columns) = (saved.output(0), g.shape[-2], g.shape[-1])
    let order = apply(RowOrder(rows: rows), [saved.output(1)])[0]
    let count = Swift.min(rows, columns)
    let corner = { (x: Tensor) in x.sliced(axis: -2, to: count).sliced(axis: -1, to: count) }
    let (l, u) = (corner(factors), corner(factors))
    var inner = matmul(corner(g).triu(), u.triu().transposed())
    var lower = matmul(Self.unitLower(l).transposed(), corner(g).tril(diagonal: -1))
    var rest: Tensor?
    if rows > columns {
      let (below, gBelow) = (factors.sliced(axis: -2, from: count), g.sliced(axis: -2, from: count))
      inner = inner - matmul(below.transposed(), gBelow)
      rest = solveTriangular(u.transposed(), gBelow, upper: false, left: false)
    } else if columns > rows {
      let (beside, gBeside) = (factors.sliced(axis: -1, from: count), g.sliced(axis: -1, from: count))
      lower = lower - matmul(gBeside, beside.transposed())
      rest = solveTriangular(l.transposed(), gBeside, upper: true, unitDiagonal: true)
    }
    let middle = solveTriangular(
      l.transposed(), lower.tril(diagonal: -1) + inner.triu(), upper: true, unitDiagonal: true)
    let square = solveTriangular(u.transposed(), middle, upper: false, left: false)
    let whole = rest.map { concatenated([square, $0], axis: rows > columns ? -2 : -1) } ?? square
    return [RowOrder.undo(order, on: whole)]
  }

  /// With f = L⁻¹·P·dx·U⁻¹: dL = L·strictlower(f), dU = upper(f)·U.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let tangent = tangents[0], tangent.elementCount > 0 else { return [tangents[0], nil] }
    let (rows, columns) = (tangent.shape[-2], tangent.shape[-1])
    let count = Swift.min(rows, columns)
    let dx = RowOrder.exchange(by: apply(RowOrder(rows: rows), [outputs[1]])[0], on: tangent)
    let corner = { (x: Tensor) in x.sliced(axis: -2, to: count).sliced(axis: -1, to: count) }
    let factors = corner(outputs[0])
    let left = solveTriangular(factors, corner(dx), upper: false, unitDiagonal: true)
    let f = solveTriangular(factors, left, upper: true, left: false)
    let (dl, du) = (matmul(Self.unitLower(factors), f.tril(diagonal: -1)), matmul(f.triu(), factors.triu()))
    let square = dl + du
    if rows > columns {
      let moved = dx.sliced(axis: -2, from: count) - matmul(outputs[0].sliced(axis: -2, from: count), du)
      return [concatenated([square, solveTriangular(factors, moved, upper: true, left: false)], axis: -2), nil]
    }
    guard columns > rows else { return [square, nil] }
    let moved = dx.sliced(axis: -1, from: count) - matmul(dl, outputs[0].sliced(axis: -1, from: count))
    let beside = solveTriangular(factors, moved, upper: false, unitDiagonal: true)
    return [concatenated([square, beside], axis: -1), nil]
  }

  static func unitLower(_ factors: Tensor) -> Tensor { factors.tril(diagonal: -1) + factors.identityLike }

  /// Doolittle's elimination with exchanges of rows.
  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let shape = inputs[0].shape
    let count = Swift.min(shape[shape.count - 2], shape[shape.count - 1])
    var (factors, pivots): ([Double], [Double]) = ([], [])
    for var a in inputs[0].matrices() {
      for step in 0..<count {
        let pivot = (step..<a.count).max { Swift.abs(a[$0][step]) < Swift.abs(a[$1][step]) } ?? step
        pivots.append(Double(pivot))
        a.swapAt(step, pivot)
        for row in a.indices.dropFirst(step + 1) where a[step][step] != 0 {
          a[row][step] /= a[step][step]
          for column in a[row].indices.dropFirst(step + 1) { a[row][column] -= a[row][step] * a[step][column] }
        }
      }
      factors += a.flatMap { $0 }
    }
    return [
      ReferenceArray(shape: shape, values: factors),
      ReferenceArray(shape: shape.dropLast(2) + [count], values: pivots),
    ]
  }

  public static let samples = [
    Sample(LUFactorization(), .exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3])),
    Sample(LUFactorization(), .exactly([1, 2, -1, 0.5, 3, 1], [3, 2])),
    Sample(LUFactorization(), .exactly([1, 2, -1, 0.5, 3, 1], [2, 3])),
    Sample(LUFactorization(), .exactly([0, 1, 2, 0.5, 3, -1, 1, 2], [2, 2, 2])),
    Sample(LUFactorization(), .exactly([-0.5], [1, 1])),
    Sample(LUFactorization(), .real([0, 3, 2])),
    Sample(LUFactorization(), .real([3, 0])),
  ]

  public static let refusals = [
    Refusal(LUFactorization(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(LUFactorization(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
  ]
}

extension Tensor {
  /// The factors of P·x = L·U in one matrix, and the exchanges of rows: row i with row pivots[i] (int32, counted from 0;
  /// PyTorch's `lu_factor` counts from 1). `luSolved` takes them.
  ///
  /// Shape: [..., m, n] to the same and [..., min(m, n)].
  public func luFactored() -> (factors: Tensor, pivots: Tensor) {
    let results = apply(LUFactorization(), [self])
    return (results[0], results[1])
  }

  /// p·l·u = x: a permutation, a lower triangular matrix with ones on its diagonal, and an upper triangular one.
  ///
  /// Shape: [..., m, n] to [..., m, m], [..., m, k] and [..., k, n], k = min(m, n).
  public func lu() -> (p: Tensor, l: Tensor, u: Tensor) {
    let (factors, pivots) = luFactored()
    guard !factors.isInvalid else { return (.invalid, .invalid, .invalid) }
    return factors.luUnpacked(pivots: pivots)
  }

  /// p, l and u with p·l·u = x, where this is the `factors` of `x.luFactored()` (PyTorch's `lu_unpack`).
  ///
  /// Shape: [..., m, n] and [..., k] to [..., m, m], [..., m, k] and [..., k, n], k = min(m, n).
  public func luUnpacked(pivots: Tensor) -> (p: Tensor, l: Tensor, u: Tensor) {
    let count = rank >= 2 ? Swift.min(shape[-2], shape[-1]) : 0
    guard rank >= 2, dtype.isFloatingPoint, pivots.dtype.isInteger,
      pivots.shape.sizes == shape.sizes.dropLast(2) + [count]
    else {
      let failed = Tensor.failed(
        TensorError(
          .shape, operation: "luUnpacked", operands: [("factors", spec), ("pivots", pivots.spec)],
          expected: "factors [..., m, n] and pivots [..., min(m, n)] of integers", got: "\(spec) and \(pivots.spec)"))
      return (failed, failed, failed)
    }
    let rows = shape[-2]
    let unit = Tensor(eye: rows, dtype: dtype).expanded(to: Shape(shape.sizes.dropLast(2) + [rows, rows]))
    let l = sliced(axis: -1, to: count).tril(diagonal: -1) + Tensor(eye: rows, count, dtype: dtype)
    let order = apply(RowOrder(rows: rows), [pivots])[0]
    return (RowOrder.undo(order, on: unit), l, sliced(axis: -2, to: count).triu())
  }

  /// The solution x of a·x = b, where this is b and the factors are those of `a.luFactored()`.
  ///
  /// Shape: [..., n, k], [..., n, n] and [..., n] give [..., n, k]; [..., k, n] where `left` is false.
  /// - Parameters:
  ///   - left: False for x·a = b.
  ///   - adjoint: With aᵀ in a's place.
  public func luSolved(factors: Tensor, pivots: Tensor, left: Bool = true, adjoint: Bool = false) -> Tensor {
    guard rank >= 2, pivots.rank >= 1, pivots.dtype.isInteger, pivots.shape[-1] == shape[left ? -2 : -1] else {
      return .failed(
        TensorError(
          .shape, operation: "luSolved", operands: [("b", spec), ("factors", factors.spec), ("pivots", pivots.spec)],
          expected: "b \(left ? "[..., n, k]" : "[..., k, n]"), factors [..., n, n] and pivots [..., n] of integers",
          got: "\(shape) and \(pivots.spec)"))
    }
    // x·a = b says aᵀ·xᵀ = bᵀ.
    guard left else { return transposed().luSolved(factors: factors, pivots: pivots, adjoint: !adjoint).transposed() }
    let order = apply(RowOrder(rows: shape[-2]), [pivots])[0]
    if adjoint {
      let turned = factors.transposed()
      let inner = WeftTensor.solveTriangular(turned, self, upper: false)
      return RowOrder.undo(
        order, on: WeftTensor.solveTriangular(turned, inner, upper: true, unitDiagonal: true))
    }
    let inner = WeftTensor.solveTriangular(
      factors, RowOrder.exchange(by: order, on: self), upper: false, unitDiagonal: true)
    return WeftTensor.solveTriangular(factors, inner, upper: true)
  }
}
