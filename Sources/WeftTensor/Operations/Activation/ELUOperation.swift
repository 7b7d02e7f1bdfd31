/// x where x > 0, else α(eˣ - 1). Gradient: g, or g·αeˣ (that at 0). Clevert et al. 2015.
public struct ELUOperation: ElementwiseOperation {
  public static let name = "elu"
  /// α: the result goes to -α far below zero.
  public let alpha: Double

  public init(alpha: Double = 1) {
    self.alpha = alpha
  }

  public static let defaults: Attributes = ["alpha": 1.0]

  public var parameters: [Double] { [alpha] }
  public static let formula = Formula(inputs: 1, parameters: 1) { x, p in
    // The branch not taken must not overflow: its derivative would be 0·∞.
    let negative = select(x[0] .> 0, 0, x[0])
    return [select(x[0] .> 0, x[0], p[0] * expm1(negative))]
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(ELUOperation(), .real([2, 3], avoiding: [0])),
    Sample(ELUOperation(alpha: 0.5), .real([4], avoiding: [0])),
  ]
}

extension Tensor {
  /// x where x > 0, else α(eˣ - 1).
  public func elu(alpha: Double = 1) -> Tensor { apply(ELUOperation(alpha: alpha), [self])[0] }
}
