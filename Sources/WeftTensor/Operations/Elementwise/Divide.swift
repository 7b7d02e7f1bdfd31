/// a / b. Gradients: g/b, -g·y/b.
public struct Divide: ElementwiseOperation {
  public static let name = "divide"
  public static let formula = Formula { a, b in a / b }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(Divide(), .real([2, 3]), .real([2, 3], in: 0.5...2)),
    Sample(Divide(), .real([2, 3]), .real([3], in: 0.5...2)),
    Sample(Divide(), .real([]), .real([2, 1], in: 0.5...2)),
  ]
  public init() {}
}

extension Tensor {
  /// The quotient, element by element, of operands broadcast to a common shape.
  public static func / (a: Tensor, b: Tensor) -> Tensor { apply(Divide(), [a, b])[0] }
  // For the constants of Double: `x / .nan`.
  /// The quotient with a constant of Double, as `.infinity`.
  @_disfavoredOverload public static func / (a: Tensor, b: Double) -> Tensor { a / b.asTensor }
  /// The quotient with a constant of Double, as `.infinity`.
  @_disfavoredOverload public static func / (a: Double, b: Tensor) -> Tensor { a.asTensor / b }
  /// Puts the quotient in place of a; of integers it is a floating-point one.
  public static func /= (a: inout Tensor, b: Tensor) { a = a / b }
  /// Puts the quotient with a number in place of a.
  @_disfavoredOverload public static func /= (a: inout Tensor, b: some FormulaNumber) { a = a / b }
}
