/// The bits that are 1 in both. Integers and bool.
public struct BitwiseAnd: IntegerOperation {
  public static let name = "bitwiseAnd"
  public static let formula = Formula { a, b in Expression(.bitAnd, a, b) }
  public static var acceptsBool: Bool { true }
  public static let samples = [
    Sample(BitwiseAnd(), .integers([2, 3], in: -20..<20), .integers([3], in: 0..<20, dtype: .int32)),
    Sample(BitwiseAnd(), .bools([2, 3]), .bools([3])),
  ]
  public init() {}
}

extension Tensor {
  /// The bits that are 1 in both, element by element, broadcast. Integers and bool.
  public func bitwiseAnd(_ other: Tensor) -> Tensor { apply(BitwiseAnd(), [self, other])[0] }
}
