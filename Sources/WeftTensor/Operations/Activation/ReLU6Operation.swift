/// min(max(x, 0), 6). Gradient: g strictly between 0 and 6, else 0.
public struct ReLU6Operation: ElementwiseOperation {
  public static let name = "relu6"
  public static let formula = Formula(
    { x in minimum(maximum(x, 0), 6) },
    derivative: { g, _, y in select(y .> 0, select(y .< 6, g, 0), detached(y)) })
  public static let samples = [
    Sample(ReLU6Operation(), .real([2, 3], in: -4...8, avoiding: [0, 6]))
  ]
  public init() {}
}

extension Tensor {
  /// min(max(x, 0), 6).
  public func relu6() -> Tensor { apply(ReLU6Operation(), [self])[0] }
}
