/// A variance v of at least ε: max(v, ε), NaN where v is negative. The gradient is g everywhere, so that a variance below ε
/// can grow again, as in PyTorch's Gaussian loss.
public struct GaussianSpread: ElementwiseOperation {
  public static let name = "gaussianSpread"
  public static var autocastRule: AutocastRule { .float32 }
  /// ε, the least variance, from 0.
  public let epsilon: Double

  public init(epsilon: Double = 1e-6) { self.epsilon = epsilon }

  public static let defaults: Attributes = ["epsilon": 1e-6]

  public var parameters: [Double] { [epsilon] }

  public func checkAttributes() throws(TensorError) {
    guard epsilon >= 0 else {
      throw TensorError(.value, operation: Self.name, expected: "an epsilon of at least 0", got: "\(epsilon)")
    }
  }

  public static let formula = Formula(inputs: 1, parameters: 1, derivative: { g, _, _, _ in [g[0]] }) { x, p in
    [select(x[0] .< 0, 0 * log(x[0]), maximum(x[0], p[0]))]
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(GaussianSpread(epsilon: 0.01), .real([2, 3], in: 0.1...2))]

  public static let refusals = [-1e-6, .nan].map {
    Refusal(GaussianSpread(epsilon: $0), .real([2]), because: "an epsilon of at least 0")
  }
}
