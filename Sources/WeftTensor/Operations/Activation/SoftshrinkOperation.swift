/// x moved by λ toward 0, and 0 where |x| ≤ λ. Gradient: g where |x| > λ, else 0.
public struct SoftshrinkOperation: ElementwiseOperation {
  public static let name = "softshrink"
  /// λ: by how much elements are drawn toward 0.
  public let lambda: Double

  public init(lambda: Double = 0.5) {
    self.lambda = lambda
  }

  public static let defaults: Attributes = ["lambda": 0.5]

  public var parameters: [Double] { [lambda] }
  public static let formula = Formula(
    inputs: 1, parameters: 1,
    derivative: { g, _, y, _ in [select(y[0] .== 0, 0, keepingNaN(g[0], of: y[0]))] },
    { x, p in [x[0] - minimum(maximum(x[0], -p[0]), p[0])] })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(SoftshrinkOperation(), .real([2, 3], avoiding: [-0.5, 0.5]))
  ]
}

extension Tensor {
  /// x moved by `lambda` toward 0; 0 where it is nearer than that.
  public func softshrink(lambda: Double = 0.5) -> Tensor { apply(SoftshrinkOperation(lambda: lambda), [self])[0] }
}
