/// a where the condition holds, else b. Gradients: g to the one chosen, 0 to the other, whatever it holds.
public struct Where: ElementwiseOperation {
  public static let name = "where"
  public static let operands: Operands = [.mask("condition"), "a", "b"]
  public static let formula = Formula(inputs: 3) { x, _ in [select(x[0], x[1], x[2])] }
  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try broadcastShape(of: inputs, operation: Self.name)
    guard inputs[0].dtype == .bool else {
      throw TensorError(
        .dtype, operation: Self.name,
        operands: zip(["condition", "a", "b"], inputs).map { ($0, $1) }, expected: "a condition of type bool",
        got: "\(inputs[0].dtype)", hint: "`x .!= 0` makes one")
    }
    return [TensorSpec(shape, DType.promoted(Array(inputs.dropFirst())))]
  }

  public static let samples = [
    Sample(Where(), .bools([2, 3]), .real([2, 3]), .real([2, 3])),
    Sample(Where(), .bools([3]), .real([2, 1]), .real([])),
    Sample(Where(), .bools([2, 1]), .integers([3], in: -5..<5), .integers([2, 3], in: -5..<5, dtype: .int32)),
    Sample(Where(), .bools([0, 2]), .real([2]), .real([1])),
  ]
}

extension Tensor {
  /// `a` where the condition (bool) holds, else `b`, element by element, broadcast. NaN in what is not chosen leaves
  /// no trace, in values or gradients.
  public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    apply(Where(), [condition, a, b])[0]
  }
}
