/// log(1 + e^(βx))/β; x itself where βx is above the threshold, as in PyTorch. Gradient: g·σ(βx), or g.
public struct SoftplusOperation: ElementwiseOperation {
  public static let name = "softplus"
  /// β: the larger, the nearer to max(x, 0).
  public let beta: Double
  /// Where βx is above it, the result is x.
  public let threshold: Double

  public init(beta: Double = 1, threshold: Double = 20) {
    self.beta = beta
    self.threshold = threshold
  }

  public static let defaults: Attributes = ["beta": 1.0, "threshold": 20.0]

  public var parameters: [Double] { [beta, threshold] }
  public static let formula = Formula(
    inputs: 1, parameters: 2,
    derivative: { g, x, _, p in [select(p[0] * x[0] .> p[1], g[0], g[0] * sigmoid(p[0] * x[0]))] },
    { x, p in
      let scaled = p[0] * x[0]
      let smooth = maximum(scaled, 0) + log1p(exp(-abs(scaled)))
      return [select(scaled .> p[1], x[0], smooth / p[0])]
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(SoftplusOperation(), .real([2, 3])),
    Sample(SoftplusOperation(beta: 2, threshold: 1), .real([6], avoiding: [0.5])),
    Sample(SoftplusOperation(), .real([3], in: -40 ... -30)),
  ]
}

extension Tensor {
  /// log(1 + e^(βx))/β: a smooth relu. Above `threshold`, where it equals x to rounding, it is x.
  public func softplus(beta: Double = 1, threshold: Double = 20) -> Tensor {
    apply(SoftplusOperation(beta: beta, threshold: threshold), [self])[0]
  }
}
