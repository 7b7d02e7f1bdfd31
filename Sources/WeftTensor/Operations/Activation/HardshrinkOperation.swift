/// x where |x| > λ, else 0. Gradient: g there, else 0.
public struct HardshrinkOperation: ElementwiseOperation {
  public static let name = "hardshrink"
  /// λ: elements of at most this size become 0.
  public let lambda: Double

  public init(lambda: Double = 0.5) {
    self.lambda = lambda
  }

  public static let defaults: Attributes = ["lambda": 0.5]

  public var parameters: [Double] { [lambda] }
  public static let formula = Formula(
    inputs: 1, parameters: 1,
    derivative: { g, x, _, p in [select(abs(x[0]) .<= p[0], 0, keepingNaN(g[0], of: x[0]))] },
    { x, p in [select(abs(x[0]) .<= p[0], 0, x[0])] })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(HardshrinkOperation(), .real([2, 3], avoiding: [-0.5, 0.5]))
  ]
}

extension Tensor {
  /// x where it is further than `lambda` from 0, else 0.
  public func hardshrink(lambda: Double = 0.5) -> Tensor { apply(HardshrinkOperation(lambda: lambda), [self])[0] }
}
