/// 1/(1 + e⁻ˣ). Gradient: g·y(1 - y).
public struct SigmoidOperation: ElementwiseOperation {
  public static let name = "sigmoid"
  public static let formula = Formula { x in sigmoid(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(SigmoidOperation(), .real([2, 3], in: -4...4)), Sample(SigmoidOperation(), .real([])),
  ]
  public init() {}
}

extension Tensor {
  /// The logistic function 1/(1 + e⁻ˣ) of each element; finite for any finite x.
  public func sigmoid() -> Tensor { apply(SigmoidOperation(), [self])[0] }
}
