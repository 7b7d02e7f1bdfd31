/// P(a, x) = ∫ t^(a - 1)·e⁻ᵗ dt / Γ(a) over t from 0 to x. Gradient of x: g·x^(a - 1)·e⁻ˣ/Γ(a); there is none of a.
public struct GammaLower: FunctionOfOrder {
  public static let name = "gammaLower"
  public static let operands: Operands = ["order", "x"]
  public static let formula = Formula { a, x in WeftTensor.gammaLower(a, x) }
  public static let order = "a"
  public init() {}

  public static let samples = [
    Sample(GammaLower(), .exactly([1, 2, 3], [3], dtype: .int64), .real([2, 3], in: 0.4...4)),
    Sample(GammaLower(), .integers([2, 1], in: 1..<6, dtype: .int32), .real([3], in: 0.4...4)),
  ]
}

/// The regularized incomplete gamma function from below, element by element, broadcast (PyTorch's `special.gammainc`).
/// It has no derivative in a.
public func gammaLower(_ a: Tensor, _ x: Tensor) -> Tensor { apply(GammaLower(), [a, x])[0] }
