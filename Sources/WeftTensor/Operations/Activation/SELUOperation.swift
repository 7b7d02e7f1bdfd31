/// λx where x > 0, else λα(eˣ - 1), with λ = 1.0507, α = 1.6733. Gradient: g·λ, or g·λαeˣ.
///
/// Klambauer et al. 2017: the constants keep activations at mean 0 and variance 1.
public struct SELUOperation: ElementwiseOperation {
  public static let name = "selu"
  public static let formula = Formula { x in
    let negative = select(x .> 0, 0, x)
    return select(x .> 0, 1.0507009873554805 * x, 1.7580993408473766 * expm1(negative))
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(SELUOperation(), .real([2, 3], avoiding: [0]))
  ]
  public init() {}
}

extension Tensor {
  /// λx where x > 0, else λα(eˣ - 1), with the self-normalizing λ and α.
  public func selu() -> Tensor { apply(SELUOperation(), [self])[0] }
}
