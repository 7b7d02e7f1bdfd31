/// log₂(2ᵃ + 2ᵇ), without overflow. Gradients: g·σ((a - b)·log 2), g·σ((b - a)·log 2), halves where both are the same
/// infinity.
public struct LogAddExp2: ElementwiseOperation {
  public static let name = "logAddExp2"
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in
      let isSame = (x[0] .== x[1]) .& isInfinite(x[0])
      let difference = select(isSame, 0, x[0] - x[1]) * 0.6931471805599453
      return [g[0] * sigmoid(difference), g[0] * sigmoid(-difference)]
    },
    { x, _ in
      let isSame = (x[0] .== x[1]) .& isInfinite(x[0])
      let rest = log1p(exp2(-abs(x[0] - x[1]))) * 1.4426950408889634
      return [select(isSame, x[0], maximum(x[0], x[1]) + rest)]
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(LogAddExp2(), .real([2, 3]), .real([2, 3])),
    Sample(LogAddExp2(), .real([2, 1]), .real([3])),
  ]
  public init() {}
}

/// log₂(2ᵃ + 2ᵇ) element by element, broadcast, without overflow.
public func logAddExp2(_ a: Tensor, _ b: Tensor) -> Tensor { apply(LogAddExp2(), [a, b])[0] }
