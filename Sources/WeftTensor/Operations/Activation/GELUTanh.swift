/// x·Φ(x) with Φ(x) taken as (1 + tanh u)/2, u = √(2/π)(x + 0.044715x³). Gradient: g·σ(1 + (x - xσ)·2u'), σ = σ(2u).
///
/// (1 + tanh u)/2 is σ(2u), which does not cancel far below zero.
public struct GELUTanh: ElementwiseOperation {
  public static let name = "geluTanh"
  public static let formerNames = ["gelu (tanh)"]
  public static let formula = Formula(
    { x in x * distribution(x, x * x) },
    // Beyond 40 the share is 0 or 1, and the square of a large number would be multiplied by 0.
    derivative: { g, input, _ in
      let x = minimum(maximum(input, -40), 40)
      let square = x * x
      let share = distribution(x, square)
      return g * (share * ((x - x * share) * (0.21406444881780075 * square + 1.5957691216057308) + 1))
    })

  private static func distribution(_ x: Expression, _ square: Expression) -> Expression {
    sigmoid(x * (0.07135481627260025 * square + 1.5957691216057308))
  }

  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(GELUTanh(), .real([2, 3])), Sample(GELUTanh(), .real([4], in: -6 ... -3)),
  ]
  public init() {}
}
