/// x where x > 0, else α(e^(x/α) - 1). Gradient: g, or g·e^(x/α). Barron 2017.
public struct CELUOperation: ElementwiseOperation {
  public static let name = "celu"
  /// α: the result goes to -α far below zero.
  public let alpha: Double

  public init(alpha: Double = 1) {
    self.alpha = alpha
  }

  public static let defaults: Attributes = ["alpha": 1.0]

  public var parameters: [Double] { [alpha] }
  public static let formula = Formula(inputs: 1, parameters: 1) { x, p in
    let negative = select(x[0] .> 0, 0, x[0])
    return [select(x[0] .> 0, x[0], p[0] * expm1(negative / p[0]))]
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(CELUOperation(), .real([2, 3], avoiding: [0])),
    Sample(CELUOperation(alpha: 0.5), .real([4], avoiding: [0])),
  ]
}

extension Tensor {
  /// x where x > 0, else α(e^(x/α) - 1).
  public func celu(alpha: Double = 1) -> Tensor { apply(CELUOperation(alpha: alpha), [self])[0] }
}
