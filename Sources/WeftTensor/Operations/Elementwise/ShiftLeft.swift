/// a with its bits moved b places up, zeros behind them; 0 where b is negative or pushes all bits out. Integers.
public struct ShiftLeft: IntegerOperation {
  public static let name = "shiftLeft"
  public static let operands: Operands = ["x", "amount"]
  public static let formula = Formula { a, b in Expression(.shiftLeft, a, b) }
  public static let samples = [
    Sample(ShiftLeft(), .integers([2, 3], in: -20..<20), .exactly([0, 3, 70], [3], dtype: .int64)),
    Sample(ShiftLeft(), .integers([4], in: 0..<30, dtype: .uint8), .exactly([1, 2, 3, 1], [4], dtype: .uint8)),
  ]
  public init() {}
}

extension Tensor {
  /// The bits of each element moved up, element by element, broadcast. Integers.
  public func bitsShiftedLeft(by other: Tensor) -> Tensor { apply(ShiftLeft(), [self, other])[0] }
}
