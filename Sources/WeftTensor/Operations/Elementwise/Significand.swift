/// The s of x = s·2ᵉ with |s| in 0.5 ..< 1, or x itself where it is 0, infinite or NaN. Gradient: g·2⁻ᵉ.
public struct Significand: ElementwiseOperation {
  public static let name = "significand"
  public static let formula = Formula { x in WeftTensor.significand(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(Significand(), .real([2, 3], in: 2.1...3.9)),
    Sample(Significand(), .exactly([0, -1, 8, 100], [4], dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// Each element as s·2ᵉ with |s| in 0.5 ..< 1 (0, infinities and NaN stay, with e = 0): s, and e as int32.
  public func frexp() -> (significand: Tensor, exponent: Tensor) {
    (apply(Significand(), [self])[0], apply(BinaryExponent(), [self])[0].converted(to: .int32))
  }

  /// Each element times 2 to the power of `exponent`, broadcast.
  public func ldexp(_ exponent: Tensor) -> Tensor {
    self * exponent.converted(to: exponent.dtype.isFloatingPoint ? exponent.dtype : dtype.floating).exp2()
  }
}
