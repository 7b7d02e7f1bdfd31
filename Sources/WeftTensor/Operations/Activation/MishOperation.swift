/// x·tanh(log(1 + eˣ)). Gradient: g(t + x(1 - t²)σ(x)), t the tanh. Misra 2019.
///
/// With w = eˣ(eˣ + 2), the tanh is w/(w + 2), without the overflow and cancellation of tanh and log. Above 20 it is 1.
public struct MishOperation: ElementwiseOperation {
  public static let name = "mish"
  public static let formula = Formula(
    { x in x * share(x) },
    derivative: { g, x, _ in
      let share = share(x)
      return g * (x * ((1 - share * share) * sigmoid(x)) + share)  // g·x would overflow where x is huge
    })

  /// tanh(log(1 + eˣ)).
  private static func share(_ x: Expression) -> Expression {
    let e = exp(minimum(x, 20))
    let w = e * (e + 2)
    return w / (w + 2)
  }

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
