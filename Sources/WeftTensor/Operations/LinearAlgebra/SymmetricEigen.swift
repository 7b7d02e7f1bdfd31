/// The eigenvalues λ, the smallest first, and eigenvectors v, in columns, of symmetric x (LAPACK's `syevd`). Only x's
/// symmetric part counts.
///
/// Gradient (Giles 2008, 3.1): the symmetric part of v·(diag(gλ) + f∘(vᵀ·gv))·vᵀ, with fᵢⱼ = 1/(λⱼ - λᵢ) off the
/// diagonal. Vectors have none where eigenvalues are equal.
public struct SymmetricEigen: MatrixOperation {
  public static let name = "symmetricEigen"
  public static let operands: Operands = ["x"]
  public static let equation = "v·diag(λ)·vᵀ = (x + xᵀ)/2, vᵀ·v = 1"
  public static let testedBy: String? = "symmetricEigenMultipliesBack"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try checked(inputs, square: true)
    return [TensorSpec(Shape(shape.sizes.dropLast()), inputs[0].dtype), TensorSpec(shape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard inputs[0].requireFinite(operation: Self.name) else { return [.invalid, .invalid] }
    return Tensor.factored(
      Self.name, inputs[0], expected: "matrices whose eigenvalues are found", got: { "\($0) that are not" }
    ) { () throws(MatrixFailure) in
      let (values, vectors) = try inputs.backend.symmetricEigen(inputs[0].symmetricPart, vectors: true)
      return [values, vectors ?? .invalid]
    }
  }

  public func saves(needs: [Bool]) -> Saves { .outputs }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (values, v) = (saved.output(0), saved.output(1))
    let ofVectors = gradients[1].map { Self.inverseGaps(values) * matmul(v.transposed(), $0) }
    guard let inner = Tensor.sum(gradients[0].map { $0.diagonalMatrix() }, ofVectors) else { return [nil] }
    return [matmul(matmul(v, inner), v.transposed()).symmetricPart]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let dx = tangents[0] else { return [nil, nil] }
    let (values, v) = (outputs[0], outputs[1])
    let inner = matmul(matmul(v.transposed(), dx.symmetricPart), v)
    return [inner.diagonal(), matmul(v, Self.inverseGaps(values) * inner)]
  }

  private static func inverseGaps(_ values: Tensor) -> Tensor {
    Tensor.inverseDifferences(values.unsqueezed(-2) - values.unsqueezed(-1))
  }

  public static let samples = [
    Sample(SymmetricEigen(), .exactly([4, 1, -1, 1, 3, 0.5, -1, 0.5, 2], [3, 3])),
    Sample(SymmetricEigen(), .exactly([2, 1.5, 0.5, 3, 5, -2, -1, 4], [2, 2, 2])),
    Sample(SymmetricEigen(), .exactly([-2.25], [1, 1])),
    Sample(SymmetricEigen(), .real([0, 3, 3])),
    Sample(SymmetricEigen(), .real([2, 0, 0])),
  ]

  public static let refusals = [
    Refusal(SymmetricEigen(), .real([2, 3]), because: "square matrices"),
    Refusal(SymmetricEigen(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
    Refusal(SymmetricEigen(), .exactly([1, 2, .nan, 4], [2, 2]), because: "NaN or an infinity"),
  ]
}

extension Tensor {
  /// The eigenvalues, the smallest first, and the eigenvectors, in columns, of symmetric matrices (PyTorch's `eigh`).
  ///
  /// Shape: [..., n, n] to [..., n] and [..., n, n]. PyTorch reads one triangle only; here the symmetric part (x + xᵀ)/2
  /// counts, so that the gradient is the slope in every element. Vectors are unique up to sign; their gradient is finite
  /// only where the eigenvalues differ. Of eigenvalues alone, `symmetricEigenvalues()` is faster.
  public func symmetricEigen() -> (values: Tensor, vectors: Tensor) {
    let results = apply(SymmetricEigen(), [self])
    return (results[0], results[1])
  }
}
