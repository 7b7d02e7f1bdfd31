/// The eigenvalues of symmetric x, the smallest first, without the vectors. Only x's symmetric part counts. Gradient:
/// v·diag(g)·vᵀ.
public struct SymmetricEigenvalues: MatrixOperation {
  public static let name = "symmetricEigenvalues"
  public static let operands: Operands = ["x"]
  public static let equation = "λ = eig((x + xᵀ)/2)"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [TensorSpec(Shape(try checked(inputs, square: true).sizes.dropLast()), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard inputs[0].requireFinite(operation: Self.name) else { return [.invalid] }
    return Tensor.factored(
      Self.name, inputs[0], expected: "matrices whose eigenvalues are found", got: { "\($0) that are not" }
    ) { () throws(MatrixFailure) in
      [try inputs.backend.symmetricEigen(inputs[0].symmetricPart, vectors: false).values]
    }
  }

  public func saves(needs: [Bool]) -> Saves { .input(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil] }
    let v = saved.input(0).symmetricEigen().vectors
    return [matmul(v * g.unsqueezed(-2), v.transposed())]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let dx = tangents[0] else { return [nil] }
    let v = inputs[0].symmetricEigen().vectors
    return [(matmul(dx.symmetricPart, v) * v).sum(axis: -2)]
  }

  /// A symmetric matrix moved by a multiple of 1 that makes it positive has its eigenvalues as singular values.
  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    inputs[0].mappingMatrices(to: Array(inputs[0].shape.dropLast())) { matrix in
      guard !matrix.isEmpty else { return [] }
      let turned = MatrixReference.transpose(matrix, columns: matrix.count)
      let symmetric = MatrixReference.sum(matrix, turned).map { $0.map { $0 / 2 } }
      let shift = symmetric.map { $0.reduce(1) { $0 + Swift.abs($1) } }.max() ?? 0
      let moved = MatrixReference.sum(symmetric, MatrixReference.identity(matrix.count), scale: shift)
      return [MatrixReference.singularValues(moved, columns: matrix.count).reversed().map { $0 - shift }]
    }.map { [$0] }
  }

  public static let samples = [
    Sample(SymmetricEigenvalues(), .exactly([4, 1, -1, 1, 3, 0.5, -1, 0.5, 2], [3, 3])),
    Sample(SymmetricEigenvalues(), .real([2, 3, 3])),
    Sample(SymmetricEigenvalues(), .exactly([-2.25], [1, 1])),
    Sample(SymmetricEigenvalues(), .real([0, 3, 3])),
    Sample(SymmetricEigenvalues(), .real([2, 0, 0])),
  ]

  public static let refusals = [
    Refusal(SymmetricEigenvalues(), .real([2, 3]), because: "square matrices"),
    Refusal(SymmetricEigenvalues(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
    Refusal(SymmetricEigenvalues(), .exactly([1, 2, .nan, 4], [2, 2]), because: "NaN or an infinity"),
  ]
}

extension Tensor {
  /// The eigenvalues of symmetric matrices, the smallest first (PyTorch's `eigvalsh`); of others, those of the symmetric
  /// part (x + xᵀ)/2.
  ///
  /// Shape: [..., n, n] to [..., n].
  public func symmetricEigenvalues() -> Tensor { apply(SymmetricEigenvalues(), [self])[0] }
}
