/// a - b⌊a/b⌋, which has the sign of b. Gradients: g, -g⌊a/b⌋. Integers stay integers (0 where b = 0).
public struct Remainder: ElementwiseOperation {
  public static let name = "remainder"
  public static let formula = Formula { a, b in remainder(a, b) }
  public static let samples = [
    Sample(Remainder(), .real([2, 3], in: 5.1...5.9), .real([3], in: 1.02...1.18)),
    Sample(Remainder(), .real([3], in: -5.9 ... -5.1), .real([2, 1], in: 1.02...1.18)),
    Sample(Remainder(), .integers([2, 3], in: -9..<9), .exactly([2, -3, 4], [3], dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The remainder of the division rounded down, element by element, broadcast: it has the divisor's sign.
  public static func % (a: Tensor, b: Tensor) -> Tensor { apply(Remainder(), [a, b])[0] }
  /// The remainder with a number, which yields to the tensor's type (`Note: Promotion`); it has the sign of b.
  @_disfavoredOverload public static func % (a: Tensor, b: some FormulaNumber) -> Tensor { a % b.asTensor }
  /// The remainder with a number, which yields to the tensor's type (`Note: Promotion`); it has the sign of b.
  @_disfavoredOverload public static func % (a: some FormulaNumber, b: Tensor) -> Tensor { a.asTensor % b }
  // For the constants of Double: `x % .nan`.
  /// The remainder with a constant of Double; it has the sign of b.
  @_disfavoredOverload public static func % (a: Tensor, b: Double) -> Tensor { a % b.asTensor }
  /// The remainder with a constant of Double; it has the sign of b.
  @_disfavoredOverload public static func % (a: Double, b: Tensor) -> Tensor { a.asTensor % b }
}
