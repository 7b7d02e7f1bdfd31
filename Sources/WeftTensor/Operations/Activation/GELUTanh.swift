/// x·Φ(x) with Φ(x) taken as (1 + tanh u)/2, u = √(2/π)(x + 0.044715x³). Gradient: g(σ + x·σ(1 - σ)·2u'), σ = σ(2u).
///
/// (1 + tanh u)/2 is σ(2u), which does not cancel far below zero.
public struct GELUTanh: ElementwiseOperation {
  public static let name = "gelu (tanh)"
  public static let formula = Formula { x in
    x * sigmoid(x * (1.5957691216057308 + 0.07135481627260025 * x * x))
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(GELUTanh(), .real([2, 3])), Sample(GELUTanh(), .real([4], in: -6 ... -3)),
  ]
  public init() {}
}
