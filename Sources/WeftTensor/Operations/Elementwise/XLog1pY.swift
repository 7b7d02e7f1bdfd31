/// x·log(1 + y), 0 where x = 0 (but NaN where y is). Gradients: g·log(1 + y), 0 where x = 0 and y ≤ -1; g·x/(1 + y).
public struct XLog1pY: ElementwiseOperation {
  public static let name = "xlog1py"
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, v, _, _ in
      let (x, y) = (v[0], v[1])
      let isOutside = (x .== 0) .& (y .<= -1)
      let slope = select(isOutside, 0, g[0] * log1p(select(isOutside, 1, y)))
      return [keepingNaN(slope, of: x), g[0] * x / (1 + y)]
    },
    { v, _ in [select((v[0] .== 0) .& .!isNaN(v[1]), 0, v[0] * log1p(v[1]))] })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(XLog1pY(), .real([2, 3], avoiding: [0]), .real([2, 3], in: -0.6...2)),
    Sample(XLog1pY(), .real([2, 1], avoiding: [0]), .real([3], in: -0.6...2)),
  ]
  public init() {}
}

/// x·log(1 + y) element by element, broadcast; 0 where x = 0.
public func xlog1py(_ x: Tensor, _ y: Tensor) -> Tensor { apply(XLog1pY(), [x, y])[0] }
