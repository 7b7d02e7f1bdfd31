/// a + b. Gradients: g, g.
public struct Add: ElementwiseOperation {
  public static let name = "add"
  public static let formula = Formula { a, b in a + b }
  public static let samples = [
    Sample(Add(), .real([2, 3]), .real([2, 3])),
    Sample(Add(), .real([2, 3]), .real([3])),
    Sample(Add(), .real([]), .real([2, 1])),
  ]
  public init() {}
}

extension Tensor {
  /// The sum, element by element, of operands broadcast to a common shape.
  public static func + (a: Tensor, b: Tensor) -> Tensor { apply(Add(), [a, b])[0] }
  // For the constants of Double: `x + .nan`.
  /// The sum with a constant of Double, as `.nan`.
  @_disfavoredOverload public static func + (a: Tensor, b: Double) -> Tensor { a + b.asTensor }
  /// The sum with a constant of Double, as `.nan`.
  @_disfavoredOverload public static func + (a: Double, b: Tensor) -> Tensor { a.asTensor + b }
  /// Puts the sum in place of a.
  public static func += (a: inout Tensor, b: Tensor) { a = a + b }
  /// Puts the sum with a number in place of a.
  @_disfavoredOverload public static func += (a: inout Tensor, b: some FormulaNumber) { a = a + b }
}
