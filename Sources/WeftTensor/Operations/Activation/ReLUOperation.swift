/// max(x, 0). Gradient: g where x > 0, else 0 (so 0 at 0).
public struct ReLUOperation: ElementwiseOperation {
  public static let name = "relu"
  // By the output, which the next layer keeps anyway; where it is not above 0 it is 0 or NaN, as the gradient is to be.
  public static let formula = Formula({ x in maximum(x, 0) }, derivative: { g, _, y in select(y .> 0, g, detached(y)) })
  public static let samples = [
    Sample(ReLUOperation(), .real([2, 3], avoiding: [0])),
    Sample(ReLUOperation(), .integers([4], in: -3..<3, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// max(x, 0) of each element.
  public func relu() -> Tensor { apply(ReLUOperation(), [self])[0] }
}
