/// Matrices of which a triangle is kept and the rest is 0; their own adjoint. A conforming type says on which side of a
/// diagonal the triangle lies.
public protocol Triangle: LinearMap {
  /// The diagonal that the triangle ends at, and includes, counted to the right of the main one.
  var diagonal: Int { get }
  /// The triangle that ends at a diagonal.
  init(diagonal: Int)
  /// Whether what lies to the left of the diagonal is kept, not what lies to its right.
  static var isLower: Bool { get }
}

extension Triangle {
  public static var operands: Operands { .single }
  public static var defaults: Attributes { ["diagonal": 0] }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try inputs[0].requireMatrices(operation: Self.name)
    return [TensorSpec(inputs[0].shape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let shape = outputs[0].shape
    let rows = Tensor(arange: shape[-2], dtype: .int32).unsqueezed(-1)
    let columns = Tensor(arange: shape[-1], dtype: .int32)
    let formula = Self.isLower ? lowerTriangle : upperTriangle
    return inputs.backend.map(formula, [Double(diagonal)], [inputs[0], rows, columns], as: outputs)
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation { self }

  /// Axes in front do not matter: one more of them.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [
      ReferenceArray(shape: inputs[0].shape) { index in
        let place = index[index.count - 1] - index[index.count - 2]
        return (Self.isLower ? place <= diagonal : place >= diagonal) ? inputs[0][index] : 0
      }
    ]
  }

  public static var samples: [Sample] {
    [
      Sample(Self(diagonal: 0), .real([3, 3])),
      Sample(Self(diagonal: -1), .real([2, 3, 2])),
      Sample(Self(diagonal: 1), .integers([2, 4], in: 1..<9, dtype: .int32)),
    ]
  }

  public static var refusals: [Refusal] {
    [Refusal(Self(diagonal: 0), .real([3]), because: "matrices [..., rows, columns]")]
  }
}

/// From x, row and column.
private let lowerTriangle = Formula(inputs: 3, parameters: 1) { x, p in [select(x[2] - x[1] .<= p[0], x[0], 0)] }
private let upperTriangle = Formula(inputs: 3, parameters: 1) { x, p in [select(x[2] - x[1] .>= p[0], x[0], 0)] }
