/// a with its bits moved b places down, the sign kept; the sign alone where b is negative or pushes all bits out.
/// Integers.
public struct ShiftRight: IntegerOperation {
  public static let name = "shiftRight"
  public static let operands: Operands = ["x", "amount"]
  public static let formula = Formula { a, b in Expression(.shiftRight, a, b) }
  public static let samples = [
    Sample(ShiftRight(), .integers([2, 3], in: -20..<20), .exactly([0, 3, 70], [3], dtype: .int64)),
    Sample(ShiftRight(), .integers([4], in: 0..<200, dtype: .uint8), .exactly([1, 2, 3, 9], [4], dtype: .uint8)),
  ]
  public init() {}
}

extension Tensor {
  /// The bits of each element moved down, the sign kept, element by element, broadcast. Integers.
  public func bitsShiftedRight(by other: Tensor) -> Tensor { apply(ShiftRight(), [self, other])[0] }
}
