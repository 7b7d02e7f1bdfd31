/// log |Γ(x)|, ∞ at 0 and the negative integers. Gradient: g·ψ(x).
public struct LogGamma: ElementwiseOperation {
  public static let name = "logGamma"
  public static let formula = Formula { x in WeftTensor.logGamma(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(LogGamma(), .real([2, 3], in: 0.2...6)),
    Sample(LogGamma(), .real([4], in: -2.8 ... -2.2)),
  ]
  public init() {}
}

extension Tensor {
  /// log |Γ(x)| of each element (PyTorch's `lgamma`).
  public func logGamma() -> Tensor { apply(LogGamma(), [self])[0] }
}
