/// erf x = 2/√π ∫₀ˣ e^(-t²) dt. Gradient: 2/√π · g·e^(-x²).
public struct Erf: ElementwiseOperation {
  public static let name = "erf"
  public static let formula = Formula { x in erf(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Erf(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The error function of each element.
  public func erf() -> Tensor { apply(Erf(), [self])[0] }
}
