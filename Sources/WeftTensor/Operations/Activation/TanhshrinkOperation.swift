/// x - tanh x. Gradient: g·tanh² x.
public struct TanhshrinkOperation: ElementwiseOperation {
  public static let name = "tanhshrink"
  public static let formula = Formula(
    { x in x - tanh(x) },
    derivative: { g, x, _ in
      let t = tanh(x)
      return g * (t * t)
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(TanhshrinkOperation(), .real([2, 3]))
  ]
  public init() {}
}

extension Tensor {
  /// x - tanh x.
  public func tanhshrink() -> Tensor { apply(TanhshrinkOperation(), [self])[0] }
}
