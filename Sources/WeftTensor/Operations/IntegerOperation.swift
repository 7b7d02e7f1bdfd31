/// An elementwise operation on integers, or also on bool: it refuses floating-point numbers, and no gradient flows
/// through it.
public protocol IntegerOperation: ElementwiseOperation {
  /// Whether operands may be bool, which count as one bit.
  static var acceptsBool: Bool { get }
}

extension IntegerOperation {
  public static var acceptsBool: Bool { false }
  public static var whyNotDifferentiable: String? { "its result is an integer" }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try broadcastShape(of: inputs, operation: Self.name)
    let dtype = DType.promoted(inputs)
    guard dtype.isInteger || (dtype == .bool && Self.acceptsBool) else {
      throw TensorError(
        .dtype, operation: Self.name, operands: inputs.enumerated().map { ("operand \($0)", $1) },
        expected: "operands of integer type" + (Self.acceptsBool ? " or bool" : ""), got: "\(dtype)")
    }
    return [TensorSpec(shape, dtype, isWeakScalar: inputs.allSatisfy(\.isWeakScalar))]
  }
}
