/// a + w(b - a), from the nearer end so that w = 1 gives b exactly. Gradients: g(1 - w), g·w, g(b - a).
///
/// Where b - a is no finite number: a and b themselves at w = 0 and 1 and where they are equal, else a(1 - w) + b·w.
public struct Lerp: ElementwiseOperation {
  public static let name = "lerp"
  public static let operands: Operands = ["start", "end", "weight"]
  public static let formula = Formula(
    inputs: 3,
    derivative: { g, x, _, _ in [g[0] * (1 - x[2]), g[0] * x[2], g[0] * (x[1] - x[0])] },
    { x, _ in [WeftTensor.lerp(x[0], x[1], x[2])] })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(Lerp(), .real([2, 3]), .real([2, 3]), .real([2, 3], in: -1...2, avoiding: [0.5])),
    Sample(Lerp(), .real([2, 1]), .real([3]), .real([])),
  ]
  public init() {}
}

extension Tensor {
  /// The point on the way from this tensor to `end` that `weight` names: 0 is here, 1 is there; broadcast.
  public func lerp(to end: Tensor, weight: Tensor) -> Tensor { apply(Lerp(), [self, end, weight])[0] }
  /// The same with one weight for all elements.
  @_disfavoredOverload public func lerp(to end: Tensor, weight: Double) -> Tensor {
    lerp(to: end, weight: Tensor(weak: weight))
  }
}
