/// y = x⁻¹. Gradient (Giles 2008, 2.2.3): -yᵀ·g·yᵀ.
public struct Inverse: MatrixOperation {
  public static let name = "inverse"
  public static let operands: Operands = ["x"]
  public static let equation = "y = x⁻¹"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [TensorSpec(try checked(inputs, square: true), inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    Tensor.solved(Self.name, inputs[0], inputs[0].identityLike, outputs[0].shape)
  }

  public func saves(needs: [Bool]) -> Saves { .output(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let turned = saved.output(0).transposed()
    return [gradients[0].map { -matmul(matmul(turned, $0), turned) }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { -matmul(matmul(outputs[0], $0), outputs[0]) }]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    inputs[0].mappingMatrices { MatrixReference.solve($0, MatrixReference.identity($0.count))?.solution }.map { [$0] }
  }

  public static let samples = [
    Sample(Inverse(), .exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3])),
    Sample(Inverse(), .exactly([0, 1, 2, 0.5, 3, -1, 1, 2], [2, 2, 2])),
    Sample(Inverse(), .exactly([-0.5], [1, 1])),
    Sample(Inverse(), .real([0, 3, 3])),
    Sample(Inverse(), .real([2, 0, 0])),
  ]

  public static let refusals = [
    Refusal(Inverse(), .real([2, 3]), because: "square matrices"),
    Refusal(Inverse(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(Inverse(), .exactly([1, 2, 3, 4, 1, 2, 2, 4], [2, 2, 2]), because: "matrix [1]: a singular one"),
    Refusal(Inverse(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
  ]
}

extension Tensor {
  /// The inverse matrices. A singular one is an error that names it; to solve a system, `solve` is faster and closer.
  ///
  /// Shape: [..., n, n] to the same.
  public func inverse() -> Tensor { apply(Inverse(), [self])[0] }
}
