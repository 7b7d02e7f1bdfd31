/// a - b. Gradients: g, -g.
public struct Subtract: ElementwiseOperation {
  public static let name = "subtract"
  public static let formula = Formula { a, b in a - b }
  public static let samples = [
    Sample(Subtract(), .real([2, 3]), .real([2, 3])),
    Sample(Subtract(), .real([2, 3]), .real([3])),
    Sample(Subtract(), .real([]), .real([2, 1])),
  ]
  public init() {}
}

extension Tensor {
  /// The difference, element by element, of operands broadcast to a common shape.
  public static func - (a: Tensor, b: Tensor) -> Tensor { apply(Subtract(), [a, b])[0] }
  // For the constants of Double: `x - .nan`.
  /// The difference with a constant of Double, as `.pi`.
  @_disfavoredOverload public static func - (a: Tensor, b: Double) -> Tensor { a - b.asTensor }
  /// The difference with a constant of Double, as `.pi`.
  @_disfavoredOverload public static func - (a: Double, b: Tensor) -> Tensor { a.asTensor - b }
  /// Puts the difference in place of a.
  public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
  /// Puts the difference with a number in place of a.
  @_disfavoredOverload public static func -= (a: inout Tensor, b: some FormulaNumber) { a = a - b }
}
