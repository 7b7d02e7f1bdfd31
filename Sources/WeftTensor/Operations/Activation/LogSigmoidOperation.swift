/// log σ(x) = min(x, 0) - log(1 + e^-|x|). Gradient: g·σ(-x).
public struct LogSigmoidOperation: ElementwiseOperation {
  public static let name = "logSigmoid"
  public static let formula = Formula(
    { x in minimum(x, 0) - log1p(exp(-abs(x))) }, derivative: { g, x, _ in g * sigmoid(-x) })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(LogSigmoidOperation(), .real([2, 3])),
    Sample(LogSigmoidOperation(), .real([3], in: 30...40)),
  ]
  public init() {}
}

extension Tensor {
  /// log σ(x), finite for any finite x.
  public func logSigmoid() -> Tensor { apply(LogSigmoidOperation(), [self])[0] }
}
