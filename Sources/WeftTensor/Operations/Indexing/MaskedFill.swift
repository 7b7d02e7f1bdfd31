/// v where the mask holds, else x. Gradient: g where it does not hold.
public struct MaskedFill: ElementwiseOperation {
  public static let name = "maskedFill"
  public static let operands: Operands = ["x", .mask("mask")]
  public static let formula = Formula(inputs: 2, parameters: 1) { x, p in [select(x[1], p[0], x[0])] }
  /// v, converted to the type of x.
  public let value: Double
  public var parameters: [Double] { [value] }

  public init(value: Double) { self.value = value }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try inputs[1].requireMask(operation: Self.name, operands: [("tensor", inputs[0]), ("mask", inputs[1])])
    return [TensorSpec(try broadcastShape(of: inputs, operation: Self.name), inputs[0].dtype)]
  }

  public static let refusals = [
    Refusal(MaskedFill(value: 0), .real([2]), .bools([3]), because: "broadcast"),
    Refusal(MaskedFill(value: 0), .real([2]), .real([2]), because: "a mask of type bool"),
  ]

  public static let samples = [
    Sample(MaskedFill(value: -3), .real([2, 3]), .bools([2, 3])),
    Sample(MaskedFill(value: 0.5), .real([2, 3]), .bools([3])),
    Sample(MaskedFill(value: 7), .real([3]), .bools([2, 1])),
  ]
}

extension Tensor {
  /// This tensor with `value` wherever the mask holds. Tensor and mask broadcast.
  public func maskedFilled(where mask: Tensor, with value: Double) -> Tensor {
    apply(MaskedFill(value: value), [self, mask])[0]
  }

  /// The same with a number that gradients flow to, a tensor without axes.
  @_disfavoredOverload public func maskedFilled(where mask: Tensor, with value: Tensor) -> Tensor {
    do throws(TensorError) {
      let operands = [(name: "tensor", spec: spec), (name: "mask", spec: mask.spec), (name: "value", spec: value.spec)]
      try mask.spec.requireMask(operation: MaskedFill.name, operands: operands)
      guard value.rank == 0 else {
        throw TensorError(
          .shape, operation: MaskedFill.name, operands: operands, expected: "a value without axes",
          got: "\(value.shape)", hint: "`Tensor.where(mask, value, x)` takes one for each element")
      }
      return Tensor.where(mask, value.converted(to: dtype), self)
    } catch {
      return .failed(error)
    }
  }
}

extension TensorSpec {
  /// Fails unless this can be a mask.
  func requireMask(operation: String, operands: [(name: String, spec: TensorSpec)]) throws(TensorError) {
    guard dtype == .bool else {
      throw TensorError(
        .dtype, operation: operation, operands: operands, expected: "a mask of type bool", got: "\(dtype)",
        hint: "compare (`x .> 0`), or `.converted(to: .bool)`")
    }
  }
}
