/// The next number of the element type from a towards b; b where they are equal, NaN where either is.
public struct NextAfter: ElementwiseOperation {
  public static let name = "nextAfter"
  public static let whyNotDifferentiable: String? = "it steps from number to number"
  public static let formula = Formula { a, b in Expression(.nextAfter, a, b) }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try broadcastShape(of: inputs, operation: Self.name)
    guard let dtype = inputs.first?.dtype, dtype == .float32 || dtype == .float64, inputs[1].dtype == dtype else {
      throw TensorError(
        .dtype, operation: Self.name, operands: [("from", inputs[0]), ("towards", inputs[1])],
        expected: "two tensors of type float32, or two of float64", got: "\(inputs[0].dtype) and \(inputs[1].dtype)")
    }
    return [TensorSpec(shape, dtype)]
  }

  public static let samples = [
    Sample(NextAfter(), .exactly([1, -2, 0.1, 5], [4]), .exactly([2, 7, -3, 5], [4])),
    Sample(NextAfter(), .exactly([1e30, -3], [2, 1]), .exactly([0, 7, .nan], [3])),
  ]
  public init() {}
}

extension Tensor {
  /// The next number of the element type from each element towards `other`'s, broadcast.
  public func nextAfter(towards other: Tensor) -> Tensor { apply(NextAfter(), [self, other])[0] }
}
