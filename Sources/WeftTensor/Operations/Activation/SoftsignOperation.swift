/// x/(1 + |x|). Gradient: g/(1 + |x|)².
public struct SoftsignOperation: ElementwiseOperation {
  public static let name = "softsign"
  public static let formula = Formula { x in x / (1 + abs(x)) }
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
