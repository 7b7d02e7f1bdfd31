/// The larger of x and a bound, with the gradient of a clamp: g to x where x ≥ bound, else to the bound. NaN in either
/// stays.
public struct ClampBelow: ElementwiseOperation {
  public static let name = "clampBelow"
  public static let operands: Operands = ["x", "lower"]
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in
      let (isInside, isOutside, unordered) = (x[0] .>= x[1], x[0] .< x[1], detached(x[0] + x[1]))
      return [
        select(isInside, g[0], select(isOutside, 0, unordered)),
        select(isOutside, g[0], select(isInside, 0, unordered)),
      ]
    },
    { x, _ in [maximum(x[0], x[1])] })
  public static let samples = [
    Sample(ClampBelow(), .real([2, 3], in: -1...0), .real([2, 3], in: 0.1...1)),
    Sample(ClampBelow(), .real([2, 1], in: 0.1...1), .real([3], in: -1...0)),
    Sample(ClampBelow(), .integers([2, 3], in: -5..<5), .integers([3], in: -5..<5, dtype: .int32)),
  ]
  public init() {}
}
