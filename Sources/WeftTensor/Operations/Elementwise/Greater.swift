/// Whether a > b; a bool. False for NaN.
public struct Greater: BooleanOperation {
  public static let name = "greater"
  public static let formula = Formula { a, b in a .> b }
  public static let samples = [
    Sample(Greater(), .integers([2, 3], in: 0..<3), .integers([3], in: 0..<3, dtype: .int32)),
    Sample(Greater(), .exactly([0, 1, .nan, .infinity], [4, 1]), .exactly([0, .nan, .infinity], [3])),
  ]
  public init() {}
}

extension Tensor {
  /// Whether a > b, element by element, as bool. Operands are compared in their common type.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { apply(Greater(), [a, b])[0] }
  /// Where the first is greater than the second, one of them a number, as bool.
  @_disfavoredOverload public static func .> (a: Tensor, b: some FormulaNumber) -> Tensor { a .> b.asTensor }
  /// Where the first is greater than the second, one of them a number, as bool.
  @_disfavoredOverload public static func .> (a: some FormulaNumber, b: Tensor) -> Tensor { a.asTensor .> b }
  // For the constants of Double: `x .> .nan`.
  /// Where the first is greater than the second, one of them a constant of Double, as bool.
  @_disfavoredOverload public static func .> (a: Tensor, b: Double) -> Tensor { a .> b.asTensor }
  /// Where the first is greater than the second, one of them a constant of Double, as bool.
  @_disfavoredOverload public static func .> (a: Double, b: Tensor) -> Tensor { a.asTensor .> b }
  /// The same as `.>`.
  public func greater(than other: Tensor) -> Tensor { self .> other }
}
