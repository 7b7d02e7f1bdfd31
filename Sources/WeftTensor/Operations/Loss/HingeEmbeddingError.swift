/// x for a target t of 1, max(0, m - x) for one of -1. Gradient for x: g, or -g up to the margin and on it,
/// else 0, as PyTorch's `clamp_min` has it. NaN stays.
public struct HingeEmbeddingError: MarginOperation {
  public static let name = "hingeEmbeddingError"
  public static let operands: Operands = ["x", "target"]
  /// m, beyond which a distance costs nothing.
  public let margin: Double

  public init(margin: Double = 1) { self.margin = margin }

  public static let formula = Formula(
    inputs: 2, parameters: 1,
    derivative: { g, x, _, p in
      let pushed = select(p[0] - x[0] .< 0, 0, -g[0])
      return [keepingNaN(select(x[1] .> 0, g[0], pushed), of: x[0]), nil]
    },
    { x, p in
      let gap = p[0] - x[0]
      return [select(x[1] .> 0, x[0], select(gap .< 0, 0, gap))]
    })
  public static let samples = [
    Sample(HingeEmbeddingError(), .real([4], in: -0.9...0.9), .exactly([1, -1, 1, -1], [4])),
    Sample(HingeEmbeddingError(margin: 0.5), .real([2], in: 0.6...2), .exactly([-1, 1], [2])),
  ]
}
