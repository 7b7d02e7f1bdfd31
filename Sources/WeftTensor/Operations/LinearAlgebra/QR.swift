/// x = q·r with orthonormal columns q and upper triangular r (LAPACK's `geqrf`).
///
/// Gradient (Roberts & Roberts 2020, after Walter & Lehmann 2010): with m = r·grᵀ - gqᵀ·q and c its lower triangle mirrored
/// up, (gq + q·c)·r⁻ᵀ; where x is wider than high, its left square part [u | v] has it, with gq + y·gvᵀ for gq (y: the
/// right part of x), and the right part gets q·gv.
public struct QR: MatrixOperation {
  public static let name = "qr"
  public static let operands: Operands = ["x"]
  public static let equation = "q·r = x, qᵀ·q = 1, r upper triangular"
  public static let testedBy: String? = "qrMultipliesBack"
  public static let defaults: Attributes = ["complete": false]
  /// Whether q is square, or has only the columns that count.
  public let complete: Bool

  public init(complete: Bool = false) { self.complete = complete }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try checked(inputs, square: false)
    let inner = complete ? shape[-2] : Swift.min(shape[-2], shape[-1])
    let lead = shape.sizes.dropLast(2)
    return [
      TensorSpec(Shape(lead + [shape[-2], inner]), inputs[0].dtype),
      TensorSpec(Shape(lead + [inner, shape[-1]]), inputs[0].dtype),
    ]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let columns = outputs[0].shape[-1]
    guard inputs[0].elementCount > 0 else {
      // Of no columns, the basis is any: the unit vectors.
      return [inputs[0].identity(outputs[0]), Tensor(zeros: outputs[1].shape, dtype: outputs[1].dtype)]
    }
    return Tensor.factored(Self.name, inputs[0], expected: "matrices", got: { "a failure at column \($0)" }) {
      () throws(MatrixFailure) in
      let (q, r) = try inputs.backend.qr(inputs[0], columns: columns)
      return [q, r.sliced(axis: -2, to: columns).triu()]
    }
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .outputs] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (x, q, r) = (saved.input(0), saved.output(0), saved.output(1))
    let (rows, columns) = (x.shape[-2], x.shape[-1])
    guard !complete || rows <= columns else { return [.failed(incomplete(x))] }
    guard x.elementCount > 0 else { return [x.zerosLike()] }
    guard rows < columns else { return [pullback(gradients[0], gradients[1], q, r)] }
    guard let g = gradients[1] else {
      return [pullback(gradients[0], nil, q, r.sliced(axis: -1, to: rows)).padded([(0, columns - rows)])]
    }
    let (left, right) = (g.sliced(axis: -1, to: rows), g.sliced(axis: -1, from: rows))
    let ofQ = Tensor.sum(gradients[0], matmul(x.sliced(axis: -1, from: rows), right.transposed()))
    return [concatenated([pullback(ofQ, left, q, r.sliced(axis: -1, to: rows)), matmul(q, right)], axis: -1)]
  }

  private func pullback(_ ofQ: Tensor?, _ ofR: Tensor?, _ q: Tensor, _ r: Tensor) -> Tensor {
    let inner =
      Tensor.sum(
        ofR.map { matmul(r, $0.transposed()) }, ofQ.map { -matmul($0.transposed(), q) }) ?? r.zerosLike()
    let mirrored = inner.tril() + inner.tril(diagonal: -1).transposed()
    let outer = Tensor.sum(ofQ, matmul(q, mirrored)) ?? q.zerosLike()
    return solveTriangular(r.transposed(), outer, upper: false, left: false)
  }

  /// dr = (c - ω)·r and dq = (dx - q·dr)·r⁻¹ with c = qᵀ·dx·r⁻¹ and ω the skew matrix with c's lower triangle.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let (x, q, r) = (inputs[0], outputs[0], outputs[1])
    let (rows, columns) = (x.shape[-2], x.shape[-1])
    guard let dx = tangents[0], x.elementCount > 0 else { return [nil, nil] }
    guard !complete || rows <= columns else {
      report(incomplete(x))
      return [nil, nil]
    }
    let count = Swift.min(rows, columns)
    let (square, left) = (r.sliced(axis: -1, to: count), dx.sliced(axis: -1, to: count))
    let c = solveTriangular(square, matmul(q.transposed(), left), upper: true, left: false)
    let skew = c.tril(diagonal: -1) - c.tril(diagonal: -1).transposed()
    let dr = matmul(c - skew, square)
    let dq = solveTriangular(square, left - matmul(q, dr), upper: true, left: false)
    guard rows < columns else { return [dq, dr] }
    let right = matmul(dq.transposed(), x.sliced(axis: -1, from: rows))
    return [dq, concatenated([dr, right + matmul(q.transposed(), dx.sliced(axis: -1, from: rows))], axis: -1)]
  }

  private func incomplete(_ x: Tensor) -> TensorError {
    TensorError(
      .differentiation, operation: Self.name, operands: [("tensor", x.spec)],
      expected: "a derivative of a factorization with as many columns of q as count",
      got: "a complete one of high matrices, whose further columns are any basis of what is left",
      hint: "`qr()` without `complete`")
  }

  private static let square = SampleInput.exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3])

  public static let samples = [
    Sample(QR(), square),
    Sample(QR(), .exactly([1, 2, -1, 0.5, 3, 1], [3, 2])),
    Sample(QR(), .exactly([1, 2, -1, 0.5, 3, 1], [2, 3])),
    Sample(QR(complete: true), .exactly([1, 2, -1, 0.5, 3, 1, 2, -2], [2, 4])),
    Sample(QR(), .exactly([0.5, 1, 2, 0.5, 3, -1, 1, 2], [2, 2, 2])),
    Sample(QR(), .exactly([-0.5], [1, 1])),
    Sample(QR(), .real([0, 3, 2])),
    Sample(QR(), .real([3, 0])),
  ]

  public static let refusals = [
    Refusal(QR(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(QR(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
  ]
}

extension Tensor {
  /// x = q·r: orthonormal columns and upper triangles. With `complete`, q is square and r has x's shape.
  ///
  /// Shape: [..., m, n] to [..., m, k] and [..., k, n], k = min(m, n) or, with `complete`, m. A complete factorization of
  /// matrices higher than wide has no derivative, as in PyTorch.
  public func qr(complete: Bool = false) -> (q: Tensor, r: Tensor) {
    let results = apply(QR(complete: complete), [self])
    return (results[0], results[1])
  }

  /// Unit matrices of `spec`'s shape.
  fileprivate func identity(_ spec: TensorSpec) -> Tensor {
    Tensor(eye: spec.shape[-2], spec.shape[-1], dtype: spec.dtype).expanded(to: spec.shape).contiguous()
  }
}
