/// Q(a, x) = ∫ t^(a - 1)·e⁻ᵗ dt / Γ(a) over t from x to ∞. Gradient of x: -g·x^(a - 1)·e⁻ˣ/Γ(a); there is none of a.
public struct GammaUpper: FunctionOfOrder {
  public static let name = "gammaUpper"
  public static let operands: Operands = ["order", "x"]
  public static let formula = Formula { a, x in WeftTensor.gammaUpper(a, x) }
  public static let order = "a"
  public init() {}

  public static let samples = [
    Sample(GammaUpper(), .exactly([1, 2, 3], [3], dtype: .int64), .real([2, 3], in: 0.4...4)),
    Sample(GammaUpper(), .integers([2, 1], in: 1..<6, dtype: .int32), .real([3], in: 0.4...4)),
  ]
}

/// The regularized incomplete gamma function from above, element by element, broadcast (PyTorch's `special.gammaincc`).
/// It has no derivative in a.
public func gammaUpper(_ a: Tensor, _ x: Tensor) -> Tensor { apply(GammaUpper(), [a, x])[0] }
