/// eᵗ·(t - x), a term of the Kullback-Leibler divergence of log-probabilities x from log-probabilities t; 0 where t = -∞.
/// Gradients: -g·eᵗ, g·eᵗ(t - x + 1).
public struct RelativeEntropyOfLogs: ElementwiseOperation {
  public static let name = "relativeEntropyOfLogs"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in
      let scaled = g[0] * exp(x[1])
      return [-scaled, select(x[1] .== Expression(-.infinity), 0, scaled * (x[1] - x[0] + 1))]
    }
  ) { x, _ in [select(x[1] .== Expression(-.infinity), 0, exp(x[1]) * (x[1] - x[0]))] }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(RelativeEntropyOfLogs(), .real([2, 3], in: -3 ... -0.1), .real([2, 3], in: -3 ... -0.1))
  ]
  public init() {}
}
