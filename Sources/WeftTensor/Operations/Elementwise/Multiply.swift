/// a * b. Gradients: g·b, g·a.
public struct Multiply: ElementwiseOperation {
  public static let name = "multiply"
  public static let formula = Formula { a, b in a * b }
  public static let samples = [
    Sample(Multiply(), .real([2, 3]), .real([2, 3])),
    Sample(Multiply(), .real([2, 3]), .real([3])),
    Sample(Multiply(), .real([]), .real([2, 1])),
  ]
  public init() {}
}

extension Tensor {
  /// The product, element by element, of operands broadcast to a common shape.
  public static func * (a: Tensor, b: Tensor) -> Tensor { apply(Multiply(), [a, b])[0] }
  // For the constants of Double: `x * .nan`.
  /// The product with a constant of Double, as `.pi`.
  @_disfavoredOverload public static func * (a: Tensor, b: Double) -> Tensor { a * b.asTensor }
  /// The product with a constant of Double, as `.pi`.
  @_disfavoredOverload public static func * (a: Double, b: Tensor) -> Tensor { a.asTensor * b }
  /// Puts the product in place of a.
  public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
  /// Puts the product with a number in place of a.
  @_disfavoredOverload public static func *= (a: inout Tensor, b: some FormulaNumber) { a = a * b }
}
