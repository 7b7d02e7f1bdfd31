/// 0 below 0, 1 above, the given value at 0. Gradients: 0, and g where x = 0.
public struct Heaviside: ElementwiseOperation {
  public static let name = "heaviside"
  public static let operands: Operands = ["x", "value"]
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in [keepingNaN(0, of: x[0]), select(x[0] .== 0, g[0], 0)] },
    { x, _ in [select(x[0] .== 0, x[1], select(isNaN(x[0]), x[0], x[0] .> 0))] })
  public static let samples = [
    Sample(Heaviside(), .real([2, 3], avoiding: [0]), .real([2, 3])),
    Sample(Heaviside(), .integers([2, 5], in: -1..<2), .real([5])),
  ]
  public init() {}
}

extension Tensor {
  /// 0 where an element is negative, 1 where it is positive, and `value` where it is 0; broadcast. NaN stays, as in
  /// NumPy (PyTorch gives 0).
  public func heaviside(_ value: Tensor) -> Tensor { apply(Heaviside(), [self, value])[0] }
}
