/// max(0, m - t·x) for a target t of 1 or -1. Gradient for x: -g·t up to the margin and on it, else 0,
/// as PyTorch's `clamp_min` has it. NaN stays.
public struct HingeError: MarginOperation {
  public static let name = "hingeError"
  public static let operands: Operands = ["x", "target"]
  /// m, beyond which the right side costs nothing.
  public let margin: Double

  public init(margin: Double = 1) { self.margin = margin }

  public static let formula = Formula(
    inputs: 2, parameters: 1,
    derivative: { g, x, _, p in
      let gap = p[0] - x[1] * x[0]
      let slope = select(gap .< 0, 0, keepingNaN(g[0], of: gap))
      return [-(slope * x[1]), -(slope * x[0])]
    },
    { x, p in
      let gap = p[0] - x[1] * x[0]
      return [select(gap .< 0, 0, gap)]
    })
  public static let samples = [
    Sample(HingeError(), .real([4], in: -0.9...0.9), .exactly([1, -1, 1, -1], [4])),
    Sample(HingeError(), .real([2], in: 1.1...2), .exactly([1, 1], [2])),
  ]
}
