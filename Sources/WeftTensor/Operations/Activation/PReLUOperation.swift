/// x where x > 0, else w·x with a learned w. Gradients: of x, g or g·w (that at 0); of w, g·min(x, 0). He et al. 2015.
public struct PReLUOperation: ElementwiseOperation {
  public static let name = "prelu"
  public static let operands: Operands = ["x", "weight"]
  public static var autocastRule: AutocastRule { .lower }
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, v, _, _ in
      let (x, w) = (v[0], v[1])
      return [leak(x, g[0], w), g[0] * select(x .> 0, 0, x)]
    },
    { v, _ in
      let (x, w) = (v[0], v[1])
      return [leak(x, x, w)]
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(PReLUOperation(), .real([2, 3], avoiding: [0]), .real([3])),
    Sample(PReLUOperation(), .real([2, 3, 2], avoiding: [0]), .real([3, 1])),
    Sample(PReLUOperation(), .real([4], avoiding: [0]), .real([])),
  ]
  public init() {}
}

extension Tensor {
  /// x where x > 0, else w·x.
  ///
  /// Shape: self [N, C, ...], `weight` [C] (one per channel, axis 1) or [1], the result like self.
  public func prelu(weight: Tensor) -> Tensor {
    if weight.elementCount == 1 { return apply(PReLUOperation(), [self, weight.reshaped(to: [])])[0] }
    guard rank >= 2, weight.shape == [shape[1]] else {
      return .failed(
        TensorError(
          .shape, operation: PReLUOperation.name, operands: [("input", spec), ("weight", weight.spec)],
          expected: rank < 2 ? "a single weight" : "one weight per channel (axis 1): [\(shape[1])], or one",
          got: "\(weight.shape)"))
    }
    let perChannel = weight.reshaped(to: Shape([shape[1]] + Array(repeating: 1, count: rank - 2)))
    return apply(PReLUOperation(), [self, perChannel])[0]
  }
}
