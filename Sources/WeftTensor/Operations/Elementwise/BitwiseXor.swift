/// The bits that are 1 in one of them alone. Integers and bool.
public struct BitwiseXor: IntegerOperation {
  public static let name = "bitwiseXor"
  public static let formula = Formula { a, b in Expression(.bitXor, a, b) }
  public static var acceptsBool: Bool { true }
  public static let samples = [
    Sample(BitwiseXor(), .integers([2, 3], in: -20..<20), .integers([3], in: 0..<20, dtype: .int32)),
    Sample(BitwiseXor(), .bools([2, 3]), .bools([3])),
  ]
  public init() {}
}

extension Tensor {
  /// The bits that are 1 in one of them alone, element by element, broadcast. Integers and bool.
  public func bitwiseXor(_ other: Tensor) -> Tensor { apply(BitwiseXor(), [self, other])[0] }
}
