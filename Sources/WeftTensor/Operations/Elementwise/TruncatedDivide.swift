/// a/b rounded towards 0. Gradients: 0. Integers stay integers (0 where b = 0).
public struct TruncatedDivide: ElementwiseOperation {
  public static let name = "truncatedDivide"
  public static let formula = Formula { a, b in trunc(a / b) }
  public static let samples = [
    Sample(TruncatedDivide(), .real([2, 3], in: -5.9 ... -5.1), .real([3], in: 1.02...1.18)),
    Sample(TruncatedDivide(), .integers([2, 3], in: -9..<9), .exactly([2, -3, 4], [3], dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The quotient rounded towards 0, element by element, broadcast (PyTorch's `div` with `rounding_mode="trunc"`;
  /// `floorDivided(by:)` is its `"floor"`).
  public func truncatedDivided(by other: Tensor) -> Tensor { apply(TruncatedDivide(), [self, other])[0] }
  /// The quotient with a number, rounded towards 0.
  @_disfavoredOverload public func truncatedDivided(by other: Double) -> Tensor {
    truncatedDivided(by: Tensor(weak: other))
  }
}
