/// The bits that are 1 in either. Integers and bool.
public struct BitwiseOr: IntegerOperation {
  public static let name = "bitwiseOr"
  public static let formula = Formula { a, b in Expression(.bitOr, a, b) }
  public static var acceptsBool: Bool { true }
  public static let samples = [
    Sample(BitwiseOr(), .integers([2, 3], in: -20..<20), .integers([3], in: 0..<20, dtype: .int32)),
    Sample(BitwiseOr(), .bools([2, 3]), .bools([3])),
  ]
  public init() {}
}

extension Tensor {
  /// The bits that are 1 in either, element by element, broadcast. Integers and bool.
  public func bitwiseOr(_ other: Tensor) -> Tensor { apply(BitwiseOr(), [self, other])[0] }
}
