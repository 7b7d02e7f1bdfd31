/// y = a·bᵀ of whole numbers of 8 bits, over the last axes; sums wrap in int32. No gradient: whole numbers.
public struct IntegerLinear: TensorOperation {
  public static let name = "integerLinear"
  public static let operands: Operands = ["a", "b"]
  public static let equation = "yᵢⱼ = Σ aᵢₖ·bⱼₖ"
  public static let whyNotDifferentiable: String? = "it multiplies whole numbers"

  public init() {}

  /// Inputs: a [..., k] of int8 or uint8, b [n, k] of int8.
  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (a, b) = (inputs[0], inputs[1])
    guard a.dtype == .int8 || a.dtype == .uint8, b.dtype == .int8 else {
      throw TensorError(
        .dtype, operation: Self.name, operands: [("a", a), ("b", b)], expected: "a of int8 or uint8, b of int8",
        got: "\(a.dtype) and \(b.dtype)")
    }
    guard b.shape.rank == 2, a.shape.rank > 0, a.shape[-1] == b.shape[1] else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("a", a), ("b", b)], expected: "a [..., k] and b [n, k]",
        got: "\(a.shape) and \(b.shape)")
    }
    return [TensorSpec(Shape(a.shape.sizes.dropLast() + [b.shape[0]]), .int32)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let y = inputs.backend.integerLinear(inputs[0].rows(of: inputs[1].shape[1]), inputs[1].contiguous())
    return [y.isInvalid ? y : y.reshaped(to: outputs[0].shape)]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.isBatched[1] ? batch.looping(self) : apply(self, batch.inputs)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? { [.product(inputs[0], inputs[1])] }

  public static let samples = [
    Sample(
      IntegerLinear(), .integers([2, 5], in: -128..<128, dtype: .int8),
      .integers([3, 5], in: -128..<128, dtype: .int8)),
    Sample(
      IntegerLinear(), .integers([2, 2, 70], in: 0..<256, dtype: .uint8),
      .integers([9, 70], in: -128..<128, dtype: .int8)),
    Sample(IntegerLinear(), .integers([3], in: 0..<256, dtype: .uint8), .integers([2, 3], in: -9..<9, dtype: .int8)),
    Sample(IntegerLinear(), .integers([0, 3], in: 0..<9, dtype: .int8), .integers([2, 3], in: -9..<9, dtype: .int8)),
  ]

  public static let refusals = [
    Refusal(
      IntegerLinear(), .integers([2, 5], in: 0..<9, dtype: .int8), .integers([3, 5], in: 0..<9, dtype: .uint8),
      because: "b of int8"),
    Refusal(
      IntegerLinear(), .integers([2, 5], in: 0..<9, dtype: .int8), .integers([5, 3], in: 0..<9, dtype: .int8),
      because: "a [..., k] and b [n, k]"),
  ]
}
