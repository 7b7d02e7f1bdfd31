/// ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹·n!·ζ(n + 1, x), the n-th derivative of ψ, n from 1. Gradient: g·ψ⁽ⁿ⁺¹⁾(x).
public struct Polygamma: ElementwiseOperation {
  public static let name = "polygamma"
  /// n.
  public let order: Int

  public init(order: Int) { self.order = order }

  public static let formula = Formula(inputs: 1, parameters: 2) { x, p in [p[0] * WeftTensor.zeta(p[1], x[0])] }
  public static var resultType: ElementwiseResult { .floating }
  public var parameters: [Double] {
    // Infinite from 171 on.
    let factorial = (0..<Swift.min(order, 200)).reduce(1.0) { $0 * Double($1 + 1) }
    return [order % 2 == 0 ? -factorial : factorial, Double(order) + 1]
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard order > 0 else {
      throw TensorError(
        .value, operation: Self.name, operands: [("tensor", inputs[0])], expected: "an order from 1", got: "\(order)",
        hint: "order 0 is `digamma()`")
    }
    return [TensorSpec(inputs[0].shape, inputs[0].dtype.floating)]
  }

  public static let samples = [
    Sample(Polygamma(order: 1), .real([2, 3], in: 0.5...6)),
    Sample(Polygamma(order: 3), .real([4], in: 0.8...4)),
    Sample(Polygamma(order: 2), .real([4], in: -2.7 ... -2.3)),
  ]
  public static var refusals: [Refusal] { [Refusal(Polygamma(order: -1), .real([2]), because: "an order from 1")] }
}

extension Tensor {
  /// The derivative of `digamma()` of this order, at each element; order 0 is `digamma()` itself.
  public func polygamma(order: Int) -> Tensor {
    order == 0 ? digamma() : apply(Polygamma(order: order), [self])[0]
  }
}
