/// The sign of the determinant and the logarithm of its absolute value (PyTorch's `slogdet`), without the overflow of the
/// product. Gradient: g·x⁻ᵀ; the sign has none. A singular matrix gives 0 and -∞.
public struct LogAbsDeterminant: MatrixOperation {
  public static let name = "logAbsDeterminant"
  public static let operands: Operands = ["x"]
  public static let equation = "s = sign(det x), y = log |det x|"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = Shape(try checked(inputs, square: true).sizes.dropLast(2))
    return [TensorSpec(shape, inputs[0].dtype), TensorSpec(shape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard let (diagonal, sign) = Tensor.pivots(Self.name, inputs[0]) else { return [.invalid, .invalid] }
    return [sign * diagonal.sign().product(axis: -1), diagonal.abs().log().sum(axis: -1)]
  }

  public func saves(needs: [Bool]) -> Saves { .input(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[1] else { return [gradients[0].map { _ in saved.input(0).zerosLike() }] }
    return [g.unsqueezed(-1).unsqueezed(-1) * saved.input(0).inverse().transposed()]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [nil, tangents[0].map { ($0 * inputs[0].inverse().transposed()).sum(axes: [-2, -1]) }]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    Determinant().reference(inputs).map { determinants in
      let (values, shape) = (determinants[0].values, determinants[0].shape)
      return [
        ReferenceArray(shape: shape, values: values.map { $0 == 0 ? 0 : $0 < 0 ? -1 : 1 }),
        ReferenceArray(shape: shape, values: values.map { ScalarFunctions.unary(.log, Swift.abs($0)) }),
      ]
    }
  }

  public static let samples = [
    Sample(LogAbsDeterminant(), .exactly([2, 1, -1, -3, -1, 2, -2, 1, 2], [3, 3])),
    Sample(LogAbsDeterminant(), .exactly([0, 1, 2, 0.5, 3, -1, 1, 2], [2, 2, 2])),
    Sample(LogAbsDeterminant(), .exactly([-0.5], [1, 1])),
    Sample(LogAbsDeterminant(), .real([0, 3, 3])),
    Sample(LogAbsDeterminant(), .real([2, 0, 0])),
  ]

  public static let refusals = [
    Refusal(LogAbsDeterminant(), .real([2, 3]), because: "square matrices"),
    Refusal(LogAbsDeterminant(), .real([2]), because: "matrices [..., rows, columns]"),
    Refusal(LogAbsDeterminant(), .integers([2, 2], in: 1..<5), because: "float32 or float64"),
  ]
}

extension Tensor {
  /// The determinants as signs and logarithms of absolute values; 0 and -∞ for a singular matrix.
  ///
  /// Shape: [..., n, n] to two of [...].
  public func logAbsDeterminant() -> (sign: Tensor, logarithm: Tensor) {
    let results = apply(LogAbsDeterminant(), [self])
    return (results[0], results[1])
  }
}
