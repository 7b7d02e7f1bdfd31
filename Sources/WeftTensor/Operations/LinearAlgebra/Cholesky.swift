/// The lower triangular l with l·lᵀ = x, for positive-definite x. Only x's symmetric part counts. Gradient (Murray 2016):
/// the symmetric part of l⁻ᵀ·Φ(lᵀ·g)·l⁻¹, where Φ keeps the lower triangle and half of the diagonal.
public struct Cholesky: MatrixOperation {
  public static let name = "cholesky"
  public static let operands: Operands = ["x"]
  public static let equation = "l·lᵀ = (x + xᵀ)/2, l lower triangular"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [TensorSpec(try checked(inputs, square: true), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    Tensor.factored(
      Self.name, inputs[0], expected: "positive-definite matrices",
      hint: "rounding can do this to a nearly singular one: add a small number to the diagonal",
      got: { "one whose leading minor of order \($0) is not positive" }
    ) { () throws(MatrixFailure) in
      [try inputs.backend.cholesky(inputs[0].symmetricPart).tril()]
    }
  }

  public func saves(needs: [Bool]) -> Saves { .output(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil] }
    let l = saved.output(0)
    let inner = Self.lowerHalf(matmul(l.transposed(), g))
    let left = solveTriangular(l.transposed(), inner, upper: true)
    return [solveTriangular(l, left, upper: false, left: false).symmetricPart]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let tangent = tangents[0] else { return [nil] }
    let l = outputs[0]
    let left = solveTriangular(l, tangent.symmetricPart, upper: false)
    return [matmul(l, Self.lowerHalf(solveTriangular(l.transposed(), left, upper: true, left: false)))]
  }

  /// The lower triangle with half of the diagonal.
  private static func lowerHalf(_ matrix: Tensor) -> Tensor { (matrix.tril() + matrix.tril(diagonal: -1)) * 0.5 }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    inputs[0].mappingMatrices { matrix in
      let turned = MatrixReference.transpose(matrix, columns: matrix.count)
      return MatrixReference.cholesky(MatrixReference.sum(matrix, turned).map { $0.map { $0 / 2 } })
    }.map { [$0] }
  }

  public static let samples = [
    Sample(Cholesky(), .exactly([4, 1, -1, 1, 3, 0.5, -1, 0.5, 2], [3, 3])),
    Sample(Cholesky(), .exactly([2, 1.5, 0.5, 3, 5, -2, -1, 4], [2, 2, 2])),
    Sample(Cholesky(), .exactly([2.25], [1, 1])),
    Sample(Cholesky(), .real([0, 3, 3])),
    Sample(Cholesky(), .real([2, 0, 0])),
  ]

  public static let refusals = [
    Refusal(Cholesky(), .real([2, 3]), because: "square matrices"),
    Refusal(Cholesky(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(Cholesky(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
    Refusal(
      Cholesky(), .exactly([1, 0, 0, 1, 1, 2, 2, 1], [2, 2, 2]), because: "matrix [1]: one whose leading minor"),
  ]
}

extension Tensor {
  /// The factors L with L·Lᵀ equal to these positive-definite matrices, or U = Lᵀ where `upper`.
  ///
  /// Shape: [..., n, n] to the same. PyTorch reads one triangle only; here the symmetric part (x + xᵀ)/2 counts, so
  /// that the gradient, which is symmetric in both, is the slope in every element.
  public func cholesky(upper: Bool = false) -> Tensor {
    let factors = apply(Cholesky(), [self])[0]
    return upper && rank >= 2 ? factors.transposed() : factors
  }

  /// The solution x of a·x = b, where `factor`, of the `cholesky` of a, is L (or U where `upper`).
  ///
  /// Shape: [..., n, k] (this tensor, b) and [..., n, n] give [..., n, k].
  public func choleskySolved(factor: Tensor, upper: Bool = false) -> Tensor {
    let lower = upper && factor.rank >= 2 ? factor.transposed() : factor
    guard lower.rank >= 2 else { return WeftTensor.solveTriangular(lower, self, upper: false) }
    let inner = WeftTensor.solveTriangular(lower, self, upper: false)
    return WeftTensor.solveTriangular(lower.transposed(), inner, upper: true)
  }

  /// The inverses of the positive-definite matrices whose `cholesky` this is (PyTorch's `cholesky_inverse`).
  public func choleskyInverse(upper: Bool = false) -> Tensor {
    guard rank >= 2 else { return choleskySolved(factor: self) }
    return identityLike.choleskySolved(factor: self, upper: upper)
  }
}
