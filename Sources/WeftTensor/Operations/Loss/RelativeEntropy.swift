/// t·(log t - x), a term of the Kullback-Leibler divergence of log-probabilities x from probabilities t; 0 where t = 0,
/// NaN where t is negative. Gradients: -g·t, g·(log t + 1 - x).
public struct RelativeEntropy: ElementwiseOperation {
  public static let name = "relativeEntropy"
  public static let operands: Operands = ["x", "target"]
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in [-(g[0] * x[1]), select(x[1] .== 0, 0, g[0] * (log(x[1]) + 1 - x[0]))] }
  ) { x, _ in [select(x[1] .== 0, 0, x[1] * (log(x[1]) - x[0]))] }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(RelativeEntropy(), .real([2, 3], in: -3 ... -0.1), .real([2, 3], in: 0.1...1))
  ]
  public init() {}
}
