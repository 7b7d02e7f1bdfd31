/// x·Φ(x), where Φ is the normal distribution function: x/2 · erfc(-x/√2), accurate far below zero too, where
/// 1 + erf cancels. Gradient: g(Φ(x) + x·φ(x)).
///
/// Hendrycks, Gimpel 2016.
public struct GELUOperation: ElementwiseOperation {
  public static let name = "gelu"
  public static let formula = Formula(
    { x in 0.5 * x * erfc(-0.7071067811865476 * x) },
    derivative: { g, x, _ in
      let density = 0.3989422804014327 * exp(-0.5 * (x * x))
      return g * (x * density + 0.5 * erfc(-0.7071067811865476 * x))  // g·x would overflow where x is huge
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(GELUOperation(), .real([2, 3])), Sample(GELUOperation(), .real([4], in: -7 ... -4)),
  ]
  public init() {}
}

/// How `gelu` computes the normal distribution function.
public enum GELUApproximation: Sendable {
  /// By erfc, exactly.
  case none
  /// By tanh(√(2/π)(x + 0.044715x³)), as in the first GPT models.
  case tanh
}

extension Tensor {
  /// x·Φ(x) of each element, Φ the normal distribution function.
  public func gelu(approximation: GELUApproximation = .none) -> Tensor {
    approximation == .none ? apply(GELUOperation(), [self])[0] : apply(GELUTanh(), [self])[0]
  }
}
