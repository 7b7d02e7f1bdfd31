/// -x·log x, 0 at 0, -∞ below. Gradient: -g(1 + log x).
public struct Entropy: ElementwiseOperation {
  public static let name = "entropy"
  public static let formula = Formula(
    { x in
      let isPositive = x .> 0
      let outside = select(x .< 0, Expression(-.infinity), x)  // 0 and NaN stay
      return select(isPositive, -(x * log(select(isPositive, x, 1))), outside)
    },
    derivative: { g, x, _ in -(g * (1 + log(x))) })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Entropy(), .real([2, 3], in: 0.2...3))]
  public init() {}
}

extension Tensor {
  /// -x·log x of each element (PyTorch's `special.entr`): summed over probabilities, their entropy.
  public func entropy() -> Tensor { apply(Entropy(), [self])[0] }
}
