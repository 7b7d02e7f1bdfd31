/// Binary cross-entropy of a logit x with a target t in [0, 1], the positive side weighted by w:
/// (1 - t)x + (1 + (w - 1)t)·(log(1 + e^-|x|) + max(-x, 0)). Gradient for x and w = 1: g·(σ(x) - t).
///
/// No exponential overflows, and the gradient is finite for every finite x.
public struct LogisticError: ElementwiseOperation {
  public static let name = "logisticError"
  public static let operands: Operands = ["x", "target", "weight"]
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula(
    inputs: 3,
    derivative: { g, x, _, _ in
      let (logit, target, weight) = (x[0], x[1], x[2])
      let scale = 1 + (weight - 1) * target
      let softplus = log1p(exp(-abs(logit))) + maximum(-logit, 0)
      return [
        g[0] * (1 - target - scale * sigmoid(-logit)), g[0] * ((weight - 1) * softplus - logit),
        g[0] * target * softplus,
      ]
    }
  ) { x, _ in
    let (logit, target, weight) = (x[0], x[1], x[2])
    let softplus = log1p(exp(-abs(logit))) + maximum(-logit, 0)
    return [(1 - target) * logit + (1 + (weight - 1) * target) * softplus]
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(
      LogisticError(), .real([2, 3], avoiding: [0]), .real([2, 3], in: 0...1), .real([3], in: 0.5...2))
  ]
  public init() {}
}
