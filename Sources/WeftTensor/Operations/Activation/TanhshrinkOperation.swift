/// x - tanh x, near 0, where little is left of the difference, by its series. Gradient: g·tanh² x.
public struct TanhshrinkOperation: ElementwiseOperation {
  public static let name = "tanhshrink"
  public static let formula = Formula(
    { x in
      let square = x * x
      let series = polynomial(
        [
          1.0 / 3, -2.0 / 15, 17.0 / 315, -62.0 / 2835, 1382.0 / 155_925, -21_844.0 / 6_081_075,
          929_569.0 / 638_512_875, -6_404_582.0 / 10_854_718_875, 443_861_162.0 / 1_856_156_927_625,
        ], of: square)
      return select(abs(x) .< 0.2, x * square * series, x - tanh(x))
    },
    derivative: { g, x, _ in
      let t = tanh(x)
      return g * (t * t)
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(TanhshrinkOperation(), .real([2, 3])), Sample(TanhshrinkOperation(), .real([4], in: -0.2...0.2)),
  ]
  public init() {}
}

extension Tensor {
  /// x - tanh x.
  public func tanhshrink() -> Tensor { apply(TanhshrinkOperation(), [self])[0] }
}
