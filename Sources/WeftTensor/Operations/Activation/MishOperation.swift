/// x·tanh(log(1 + eˣ)). Gradient: g(t + x(1 - t²)σ(x)), t the tanh. Misra 2019.
///
/// With w = eˣ(eˣ + 2), the tanh is w/(w + 2), without the overflow and cancellation of tanh and log. Above 20 it is 1.
public struct MishOperation: ElementwiseOperation {
  public static let name = "mish"
  // t by the form whose slope is no difference of almost equal numbers, and t' = 4eˣ(eˣ + 1)/(w + 2)² by itself.
  public static let formula = Formula(
    { x in
      let e = exp(minimum(x, 20))
      let w = e * (e + 2)
      return x * (w / (w + 2))
    },
    derivative: { g, x, _ in
      let e = exp(minimum(x, 20))
      let w = e * (e + 2)
      let inverse = 1 / (w + 2)
      let slope = 4 * (e * inverse) * ((e + 1) * inverse)
      let share = select(x .> 0, 1 - 2 * inverse, w * inverse)
      return g * select(x .> 20, 1, share + x * slope)
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(MishOperation(), .real([2, 3])),
    Sample(MishOperation(), .real([3], in: -9 ... -4)),
    Sample(MishOperation(), .real([3], in: 8...25, avoiding: [20])),
  ]
  public init() {}
}

extension Tensor {
  /// x·tanh(softplus(x)).
  public func mish() -> Tensor { apply(MishOperation(), [self])[0] }
}
