/// Binary cross-entropy of a probability x with a target t in [0, 1]: -t·log x - (1 - t)·log(1 - x), each logarithm at
/// least -100; NaN for x outside [0, 1]. Gradients: g·(x - t) / max(x(1 - x), 10⁻¹²), as in PyTorch; g·(log(1 - x) - log x).
public struct ProbabilityError: ElementwiseOperation {
  public static let name = "probabilityError"
  public static let operands: Operands = ["x", "target"]
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in
      let slope = (x[0] - x[1]) / maximum(x[0] * (1 - x[0]), 1e-12)
      return [g[0] * slope, g[0] * (limitedLog(1 - x[0]) - limitedLog(x[0]))]
    }
  ) { x, _ in
    let yes = select(x[0] .< 0, 0 * log(x[0]), maximum(log(x[0]), -100))
    let no = select(x[0] .> 1, 0 * log(1 - x[0]), maximum(log(1 - x[0]), -100))
    return [-(x[1] * yes + (1 - x[1]) * no)]
  }

  /// log x, at least -100, whose derivative is 0 where it is held there: that of log x at 0 is infinite, and 0 times it
  /// NaN.
  private static func limitedLog(_ x: Expression) -> Expression {
    let isHeld = (x .>= 0) .& (x .<= 3.720075976020836e-44)  // e⁻¹⁰⁰
    return select(isHeld, -100, log(select(isHeld, 1, x)))
  }

  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(ProbabilityError(), .real([2, 3], in: 0.05...0.95), .real([2, 3], in: 0...1))
  ]
  public init() {}
}
