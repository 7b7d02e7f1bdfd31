/// x with every bit turned: -x - 1 of integers, the opposite of bool.
public struct BitwiseNot: IntegerOperation {
  public static let name = "bitwiseNot"
  public static let formula = Formula { x in -x - 1 }
  public static var acceptsBool: Bool { true }
  public static let samples = [
    Sample(BitwiseNot(), .integers([2, 3], in: -20..<20)), Sample(BitwiseNot(), .bools([4])),
  ]
  public init() {}

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let formula = outputs[0].dtype == .bool ? LogicalNot.formula : Self.formula
    let results = inputs.backend.map(formula, [], inputs, as: outputs)
    return outputs[0].isWeakScalar ? results.map(\.asWeakScalar) : results
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    // The samples of integers hold none of 0 and 1 alone.
    let isBool = inputs[0].values.allSatisfy { $0 == 0 || $0 == 1 }
    return [ReferenceArray(shape: inputs[0].shape, values: inputs[0].values.map { isBool ? 1 - $0 : -$0 - 1 })]
  }
}

extension Tensor {
  /// Every bit of each element turned: -x - 1 of integers, the opposite of bool.
  public func bitwiseNot() -> Tensor { apply(BitwiseNot(), [self])[0] }
}
