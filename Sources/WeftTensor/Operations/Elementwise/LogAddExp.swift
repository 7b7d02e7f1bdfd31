/// log(eᵃ + eᵇ), without overflow. Gradients: g·σ(a - b), g·σ(b - a), halves where both are the same infinity.
public struct LogAddExp: ElementwiseOperation {
  public static let name = "logAddExp"
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in
      let isSame = (x[0] .== x[1]) .& isInfinite(x[0])
      let difference = select(isSame, 0, x[0] - x[1])
      return [g[0] * sigmoid(difference), g[0] * sigmoid(-difference)]
    },
    { x, _ in
      let isSame = (x[0] .== x[1]) .& isInfinite(x[0])
      return [select(isSame, x[0], maximum(x[0], x[1]) + log1p(exp(-abs(x[0] - x[1]))))]
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(LogAddExp(), .real([2, 3]), .real([2, 3])),
    Sample(LogAddExp(), .real([2, 1]), .real([3])),
  ]
  public init() {}
}

/// log(eᵃ + eᵇ) element by element, broadcast, without overflow.
public func logAddExp(_ a: Tensor, _ b: Tensor) -> Tensor { apply(LogAddExp(), [a, b])[0] }
