/// x + v·a/b. Gradients: g, g·v/b, -g·v·a/b².
public struct AddQuotient: ElementwiseOperation {
  public static let name = "addQuotient"
  public static let operands: Operands = ["x", "numerator", "denominator"]
  /// v, the factor of the quotient.
  public let value: Double
  public var parameters: [Double] { [value] }

  public init(value: Double = 1) { self.value = value }

  public static let defaults: Attributes = ["value": 1.0]

  public static let formula = Formula(inputs: 3, parameters: 1) { x, p in [x[0] + p[0] * x[1] / x[2]] }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(AddQuotient(), .real([2, 3]), .real([2, 3]), .real([2, 3], in: 0.5...2)),
    Sample(AddQuotient(value: -0.5), .real([2, 1]), .real([3]), .real([], in: -2 ... -0.5)),
  ]
}

extension Tensor {
  /// This tensor plus `value`·a/b, element by element, broadcast, in one pass (PyTorch's `addcdiv`).
  public func addingQuotient(_ a: Tensor, _ b: Tensor, value: Double = 1) -> Tensor {
    apply(AddQuotient(value: value), [self, a, b])[0]
  }
}
