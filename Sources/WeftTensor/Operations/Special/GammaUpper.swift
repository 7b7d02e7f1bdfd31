/// Q(a, x) = ∫ t^(a - 1)·e⁻ᵗ dt / Γ(a) over t from x to ∞. Gradient of x: -g·x^(a - 1)·e⁻ˣ/Γ(a); there is none of a.
public struct GammaUpper: ElementwiseOperation {
  public static let name = "gammaUpper"
  public static let formula = Formula { a, x in WeftTensor.gammaUpper(a, x) }
  public static var resultType: ElementwiseResult { .floating }
  public init() {}

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    if needs[0] { return [.failed(.noSlope("a", operation: Self.name)), nil] }
    return Self.formula.gradient(needs: needs).evaluate(gradients, saved, parameters: [], axis: nil)
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    if tangents[0] != nil { return [.failed(.noSlope("a", operation: Self.name))] }
    return Self.formula.tangent(moving: [false, true]).evaluate(tangents, inputs, outputs, parameters: [], axis: nil)
  }

  public static let samples = [
    Sample(GammaUpper(), .exactly([1, 2, 3], [3], dtype: .int64), .real([2, 3], in: 0.4...4)),
    Sample(GammaUpper(), .integers([2, 1], in: 1..<6, dtype: .int32), .real([3], in: 0.4...4)),
  ]
}

/// The regularized incomplete gamma function from above, element by element, broadcast (PyTorch's `special.gammaincc`).
/// It has no derivative in a.
public func gammaUpper(_ a: Tensor, _ x: Tensor) -> Tensor { apply(GammaUpper(), [a, x])[0] }
