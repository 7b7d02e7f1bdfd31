/// The upper triangles of matrices: x where column - row >= diagonal, else 0. Gradient: the upper triangles of g.
public struct Triu: TensorOperation {
  public static let name = "triu"
  public static let operands: Operands = ["x"]
  public static let equation = "yᵢⱼ = xᵢⱼ where j - i ≥ diagonal, else 0"
  /// The first diagonal kept, counted to the right of the main one.
  public let diagonal: Int

  public init(diagonal: Int = 0) { self.diagonal = diagonal }

  public static let defaults: Attributes = ["diagonal": 0]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try inputs[0].requireMatrices(operation: Self.name)
    return [TensorSpec(inputs[0].shape, inputs[0].dtype)]
  }

  private static let formula = Formula(inputs: 3, parameters: 1) { x, p in [select(x[2] - x[1] .>= p[0], x[0], 0)] }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (rows, columns) = outputs[0].shape.matrixPositions
    return inputs.backend.map(Self.formula, [Double(diagonal)], [inputs[0], rows, columns], as: outputs)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0]?.triu(diagonal: diagonal)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray(shape: inputs[0].shape) { $0[$0.count - 1] - $0[$0.count - 2] >= diagonal ? inputs[0][$0] : 0 }]
  }

  public static let samples = [
    Sample(Triu(), .real([3, 3])),
    Sample(Triu(diagonal: -1), .real([2, 3, 2])),
    Sample(Triu(diagonal: 1), .integers([2, 4], in: 1..<9, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(Triu(), .real([3]), because: "matrices [..., rows, columns]")
  ]
}

extension Tensor {
  /// The upper triangles of the matrices in the last two axes, zero elsewhere.
  /// - Parameter diagonal: The first diagonal kept: 0 the main one, positive ones lie to its right.
  public func triu(diagonal: Int = 0) -> Tensor { apply(Triu(diagonal: diagonal), [self])[0] }
}
