/// x = u·diag(s)·vᵀ with orthonormal columns u and v and singular values s, the largest first (LAPACK's `gesdd`).
///
/// Gradient (Townsend 2016): u·[(f∘(uᵀ·gu - guᵀ·u))·s + s·(f∘(vᵀ·gv - gvᵀ·v)) + diag(gs)]·vᵀ + (1 - u·uᵀ)·gu·s⁻¹·vᵀ +
/// u·s⁻¹·gvᵀ·(1 - v·vᵀ), with fᵢⱼ = 1/(sⱼ² - sᵢ²) off the diagonal. Vectors have none where singular values are equal.
public struct SVD: MatrixOperation {
  public static let name = "svd"
  public static let operands: Operands = ["x"]
  public static let equation = "u·diag(s)·vᵀ = x, uᵀ·u = vᵀ·v = 1"
  public static let testedBy: String? = "svdMultipliesBack"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try checked(inputs, square: false)
    let (lead, count) = (shape.sizes.dropLast(2), Swift.min(shape[-2], shape[-1]))
    return [lead + [shape[-2], count], lead + [count], lead + [count, shape[-1]]].map {
      TensorSpec(Shape($0), inputs[0].dtype)
    }
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard inputs[0].requireFinite(operation: Self.name) else { return [.invalid, .invalid, .invalid] }
    return Tensor.factored(
      Self.name, inputs[0], expected: "matrices whose singular values are found", got: { "\($0) that are not" }
    ) { () throws(MatrixFailure) in
      let (u, s, vt) = try inputs.backend.svd(inputs[0], vectors: true)
      return [u ?? .invalid, s, vt ?? .invalid]
    }
  }

  public func saves(needs: [Bool]) -> Saves { .outputs }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (u, s, vt) = (saved.output(0), saved.output(1), saved.output(2))
    var inner = gradients[1].map { $0.diagonalMatrix() }
    var outer: Tensor?
    if let g = gradients[0] {
      inner = Tensor.sum(inner, Self.antisymmetric(matmul(u.transposed(), g), s) * s.unsqueezed(-2))
      outer = Self.beside(u, g, s).map { matmul($0, vt) }
    }
    if let g = gradients[2] {
      let v = vt.transposed()
      inner = Tensor.sum(inner, s.unsqueezed(-1) * Self.antisymmetric(matmul(vt, g.transposed()), s))
      let turned = Self.beside(v, g.transposed(), s).map { matmul($0, u.transposed()).transposed() }
      outer = Tensor.sum(outer, turned)
    }
    return [Tensor.sum(inner.map { matmul(matmul(u, $0), vt) }, outer)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let dx = tangents[0] else { return [nil, nil, nil] }
    let (u, s, vt) = (outputs[0], outputs[1], outputs[2])
    let v = vt.transposed()
    let inner = matmul(matmul(u.transposed(), dx), v)
    let (scaled, other) = (inner * s.unsqueezed(-2), inner * s.unsqueezed(-1))
    let f = Self.inverseGaps(s)
    let ofU = matmul(u, f * (scaled + scaled.transposed()))
    let ofV = matmul(v, f * (other + other.transposed()))
    let du = Tensor.sum(ofU, Self.beside(u, matmul(dx, v), s))
    let dv = Tensor.sum(ofV, Self.beside(v, matmul(dx.transposed(), u), s))
    return [du, inner.diagonal(), dv?.transposed()]
  }

  /// f∘(x - xᵀ).
  private static func antisymmetric(_ x: Tensor, _ s: Tensor) -> Tensor { inverseGaps(s) * (x - x.transposed()) }

  /// 1/(sⱼ² - sᵢ²), 0 on the diagonal.
  private static func inverseGaps(_ s: Tensor) -> Tensor {
    Tensor.inverseDifferences((s.unsqueezed(-2) - s.unsqueezed(-1)) * (s.unsqueezed(-2) + s.unsqueezed(-1)))
  }

  /// The part of `x` that is orthogonal to the columns of `basis`, divided by s. Nil where the columns span everything:
  /// there it would be rounding errors divided by singular values that may be 0.
  private static func beside(_ basis: Tensor, _ x: Tensor, _ s: Tensor) -> Tensor? {
    guard basis.shape[-2] > basis.shape[-1] else { return nil }
    return (x - matmul(basis, matmul(basis.transposed(), x))) / s.unsqueezed(-2)
  }

  public static let samples = [
    Sample(SVD(), .exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3])),
    Sample(SVD(), .exactly([1, 2, -1, 0.5, 3, 1], [3, 2])),
    Sample(SVD(), .exactly([1, 2, -1, 0.5, 3, 1], [2, 3])),
    Sample(SVD(), .exactly([0.5, 1, 2, 0.5, 3, -1, 1, 2], [2, 2, 2])),
    Sample(SVD(), .exactly([-0.5], [1, 1])),
    Sample(SVD(), .real([0, 3, 2])),
    Sample(SVD(), .real([3, 0])),
  ]

  public static let refusals = [
    Refusal(SVD(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(SVD(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
    Refusal(SVD(), .exactly([1, 2, 3, 4, 1, .nan, 2, 4], [2, 2, 2]), because: "matrix [1]: NaN or an infinity"),
  ]
}

extension Tensor {
  /// x = u·diag(s)·vt: the singular value decomposition, the largest value first.
  ///
  /// Shape: [..., m, n] to [..., m, k], [..., k] and [..., k, n], k = min(m, n); with `fullMatrices` u and vt are
  /// square, filled up with any basis of what is left, which carries no gradient. Vectors are unique up to sign; their
  /// gradient is finite only where the singular values differ. Of singular values alone, `singularValues()` is faster.
  public func svd(fullMatrices: Bool = false) -> (u: Tensor, s: Tensor, vt: Tensor) {
    let results = apply(SVD(), [self])
    guard fullMatrices, rank >= 2 else { return (results[0], results[1], results[2]) }
    return (results[0].completed(), results[1], results[2].transposed().completed().transposed())
  }

  /// These orthonormal columns and further ones, up to a square matrix.
  private func completed() -> Tensor {
    guard shape[-2] > shape[-1] else { return self }
    let basis = detach().qr(complete: true).q
    return concatenated([self, basis.sliced(axis: -1, from: shape[-1])], axis: -1)
  }

  /// 1/x off the diagonal, 0 on it.
  static func inverseDifferences(_ x: Tensor) -> Tensor {
    let identity = Tensor(eye: x.shape[-1], dtype: .bool)
    let (zero, one) = (Tensor(0.0, dtype: x.dtype), Tensor(1.0, dtype: x.dtype))
    return Tensor.where(identity, zero, Tensor.where(identity, one, x).reciprocal())
  }
}
