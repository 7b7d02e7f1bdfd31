/// ψ(x) = Γ'(x)/Γ(x): -∞ at 0, NaN at the negative integers. Gradient: g·ζ(2, x).
public struct Digamma: ElementwiseOperation {
  public static let name = "digamma"
  public static let formula = Formula { x in WeftTensor.digamma(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(Digamma(), .real([2, 3], in: 0.4...6)),
    Sample(Digamma(), .real([4], in: -2.8 ... -2.2)),
  ]
  public init() {}
}

extension Tensor {
  /// The derivative of log Γ at each element.
  public func digamma() -> Tensor { apply(Digamma(), [self])[0] }
}
