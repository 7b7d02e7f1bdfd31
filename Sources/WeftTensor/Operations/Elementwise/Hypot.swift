/// √(a² + b²), without overflow. Gradients: g·a/y, g·b/y; 0 where y = 0 (PyTorch: NaN).
public struct Hypot: ElementwiseOperation {
  public static let name = "hypot"
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, y, _ in
      let length = select(y[0] .== 0, 1, y[0])
      return [g[0] * (x[0] / length), g[0] * (x[1] / length)]
    },
    { x, _ in
      let (a, b) = (abs(x[0]), abs(x[1]))
      let (large, small) = (maximum(a, b), minimum(a, b))
      let ratio = small / select(large .== 0, 1, large)
      let isAnyInfinite = isInfinite(a) .| isInfinite(b)
      return [select(isAnyInfinite, Expression(.infinity), large * sqrt(1 + ratio * ratio))]
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(Hypot(), .real([2, 3]), .real([2, 3])),
    Sample(Hypot(), .real([2, 1]), .real([3])),
  ]
  public init() {}
}

/// √(a² + b²) element by element, broadcast, without overflow.
public func hypot(_ a: Tensor, _ b: Tensor) -> Tensor { apply(Hypot(), [a, b])[0] }
