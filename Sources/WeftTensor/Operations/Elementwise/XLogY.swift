/// x·log y, 0 where x = 0 (but NaN where y is). Gradients: g·log y, 0 where x = 0 and y ≤ 0; g·x/y.
public struct XLogY: ElementwiseOperation {
  public static let name = "xlogy"
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, v, _, _ in
      let (x, y) = (v[0], v[1])
      let isOutside = (x .== 0) .& (y .<= 0)
      let slope = select(isOutside, 0, g[0] * log(select(isOutside, 1, y)))
      return [keepingNaN(slope, of: x), g[0] * x / y]
    },
    { v, _ in [select((v[0] .== 0) .& .!isNaN(v[1]), 0, v[0] * log(v[1]))] })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(XLogY(), .real([2, 3], avoiding: [0]), .real([2, 3], in: 0.3...2)),
    Sample(XLogY(), .real([2, 1], avoiding: [0]), .real([3], in: 0.3...2)),
  ]
  public init() {}
}

/// x·log y element by element, broadcast; 0 where x = 0.
public func xlogy(_ x: Tensor, _ y: Tensor) -> Tensor { apply(XLogY(), [x, y])[0] }
