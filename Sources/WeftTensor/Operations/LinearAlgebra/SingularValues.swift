/// The singular values, the largest first, without the vectors. Gradient: u·diag(g)·vᵀ.
public struct SingularValues: MatrixOperation {
  public static let name = "singularValues"
  public static let operands: Operands = ["x"]
  public static let equation = "s = √eig(xᵀ·x)"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try checked(inputs, square: false)
    return [TensorSpec(Shape(shape.sizes.dropLast(2) + [Swift.min(shape[-2], shape[-1])]), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard inputs[0].requireFinite(operation: Self.name) else { return [.invalid] }
    return Tensor.factored(
      Self.name, inputs[0], expected: "matrices whose singular values are found", got: { "\($0) that are not" }
    ) { () throws(MatrixFailure) in [try inputs.backend.svd(inputs[0], vectors: false).s] }
  }

  public func saves(needs: [Bool]) -> Saves { .input(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return [nil] }
    let (u, _, vt) = saved.input(0).svd()
    return [matmul(u * g.unsqueezed(-2), vt)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let dx = tangents[0] else { return [nil] }
    let (u, _, vt) = inputs[0].svd()
    return [(matmul(u.transposed(), dx) * vt).sum(axis: -1)]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (shape, columns) = (inputs[0].shape, inputs[0].shape[inputs[0].shape.count - 1])
    let count = Swift.min(shape[shape.count - 2], columns)
    return inputs[0].mappingMatrices(to: shape.dropLast(2) + [count]) {
      [count == 0 ? [] : MatrixReference.singularValues($0, columns: columns)]
    }.map { [$0] }
  }

  public static let samples = [
    Sample(SingularValues(), .exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3])),
    Sample(SingularValues(), .real([2, 3, 2])),
    Sample(SingularValues(), .real([2, 4])),
    Sample(SingularValues(), .exactly([-0.5], [1, 1])),
    Sample(SingularValues(), .real([0, 3, 2])),
    Sample(SingularValues(), .real([2, 3, 0])),
  ]

  public static let refusals = [
    Refusal(SingularValues(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(SingularValues(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
    Refusal(SingularValues(), .exactly([1, .infinity], [2, 1]), because: "NaN or an infinity"),
  ]
}

extension Tensor {
  /// The singular values, the largest first.
  ///
  /// Shape: [..., m, n] to [..., min(m, n)].
  public func singularValues() -> Tensor { apply(SingularValues(), [self])[0] }
}
