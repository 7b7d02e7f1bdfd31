/// d²/2 where |d| ≤ δ, else δ(|d| - δ/2), for d = x - t (Huber, 1964). Gradients: ±g·d, cut to ±δ.
public struct HuberError: ElementwiseOperation {
  public static let name = "huberError"
  public static let operands: Operands = ["x", "target"]
  public static var autocastRule: AutocastRule { .float32 }
  /// Above 0.
  public let delta: Double

  public init(delta: Double = 1) { self.delta = delta }

  public static let defaults: Attributes = ["delta": 1.0]

  public var parameters: [Double] { [delta] }

  public func checkAttributes() throws(TensorError) {
    guard delta > 0 else {
      throw TensorError(.value, operation: Self.name, expected: "a delta above 0", got: "\(delta)")
    }
  }

  // Cut before it is multiplied, or an infinite d, whose square is not chosen, would give 0·∞.
  public static let formula = Formula(
    inputs: 2, parameters: 1,
    derivative: { g, x, _, p in
      let slope = g[0] * maximum(minimum(x[0] - x[1], p[0]), -p[0])
      return [slope, -slope]
    }
  ) { x, p in
    // c(|d| - c/2) with c = min(|d|, δ).
    let size = abs(x[0] - x[1])
    let cut = minimum(size, p[0])
    return [cut * (cut * -0.5 + size)]
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(HuberError(delta: 0.5), .real([2, 3], in: 0...0.2), .real([2, 3], in: 0...0.2)),
    Sample(HuberError(), .real([2, 3], in: 0...1), .real([2, 3], in: 2.2...3)),
  ]

  public static let refusals = [0.0, -1, .nan].map {
    Refusal(HuberError(delta: $0), .real([2]), .real([2]), because: "a delta above 0")
  }
}
