/// x/(1 + |x|). Gradient: g/(1 + |x|)².
public struct SoftsignOperation: ElementwiseOperation {
  public static let name = "softsign"
  // The quotient's own derivative is a difference of almost equal numbers where |x| is large.
  public static let formula = Formula(
    { x in x / (1 + abs(x)) },
    derivative: { g, x, _ in
      let share = 1 / (1 + abs(x))
      return g * (share * share)
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(SoftsignOperation(), .real([2, 3], avoiding: [0]))
  ]
  public init() {}
}

extension Tensor {
  /// x/(1 + |x|).
  public func softsign() -> Tensor { apply(SoftsignOperation(), [self])[0] }
}
