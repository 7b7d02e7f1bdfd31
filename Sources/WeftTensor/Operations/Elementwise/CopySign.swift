/// |a| with the sign of b, that of zeros too. Gradients: g·y/a, 0 where a = 0; 0.
public struct CopySign: ElementwiseOperation {
  public static let name = "copySign"
  public static let operands: Operands = ["magnitude", "sign"]
  public static let formula = Formula { a, b in select(SignBit.isNegative(b), -abs(a), abs(a)) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(CopySign(), .real([2, 3], avoiding: [0]), .real([2, 3], avoiding: [0])),
    Sample(CopySign(), .real([2, 1], avoiding: [0]), .exactly([-1, 0, 2], [3], dtype: .int64)),
  ]
  public init() {}
}

extension Tensor {
  /// The size of each element with the sign of `other`'s, broadcast. A NaN in `other` counts as positive.
  public func withSign(of other: Tensor) -> Tensor { apply(CopySign(), [self, other])[0] }
}
