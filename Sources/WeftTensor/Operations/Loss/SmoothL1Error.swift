/// d²/2β where |d| ≤ β, else |d| - β/2, for d = x - t: Huber's error over its δ, which the slope 1 of its ends wants
/// (Girshick, "Fast R-CNN", 2015). In one step: a half-precision Huber error may overflow before it is divided.
/// Gradients: ±g·d/β, cut to ±1.
public struct SmoothL1Error: ElementwiseOperation {
  public static let name = "smoothL1Error"
  public static var autocastRule: AutocastRule { .float32 }
  /// Above 0.
  public let beta: Double

  public init(beta: Double = 1) { self.beta = beta }

  public static let defaults: Attributes = ["beta": 1.0]

  /// β, 1/β, by which it is cheaper to multiply, and -β/2; then 1/β for the slope. From where float32 ends only d²/2β
  /// is left, which takes half of 1/β and nothing else; a β that float32 cannot divide by is as good as its smallest.
  /// float64 has the same two ends.
  public var parameters: [Double] {
    let beta = max(beta, 0x1p-126)
    return beta < 0x1p127 ? [beta, 1 / beta, -0.5 * beta, 1 / beta] : [beta, 0.5 / beta, 0, 1 / beta]
  }

  public func checkAttributes() throws(TensorError) {
    guard beta > 0 else { throw TensorError(.value, operation: Self.name, expected: "a beta above 0", got: "\(beta)") }
  }

  /// c/β·(|d| - c/2) with c = min(|d|, β).
  public static let formula = Formula(
    inputs: 2, parameters: 4,
    derivative: { g, x, _, p in
      let slope = g[0] * maximum(minimum((x[0] - x[1]) * p[3], 1), -1)
      return [slope, -slope]
    }
  ) { x, p in
    let size = abs(x[0] - x[1])
    let share = minimum(size, p[0]) * p[1]
    return [(share * p[2] + size) * share]
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(SmoothL1Error(beta: 0.5), .real([2, 3], in: 0...0.2), .real([2, 3], in: 0...0.2)),
    Sample(SmoothL1Error(), .real([2, 3], in: 0...1), .real([2, 3], in: 2.2...3)),
    Sample(SmoothL1Error(beta: 100), .real([3], in: 200...300), .real([3], in: 0...1)),
    Sample(SmoothL1Error(beta: 1e39), .real([3]), .real([3])),
  ]

  public static let refusals = [0.0, -1, .nan].map {
    Refusal(SmoothL1Error(beta: $0), .real([2]), .real([2]), because: "a beta above 0")
  }
}
