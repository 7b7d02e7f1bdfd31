/// ⌊a/b⌋. Gradients: 0. Integers stay integers (0 where b = 0).
public struct FloorDivide: ElementwiseOperation {
  public static let name = "floorDivide"
  public static let formula = Formula { a, b in floorDivide(a, b) }
  public static let samples = [
    Sample(FloorDivide(), .real([2, 3], in: 5.1...5.9), .real([3], in: 1.02...1.18)),
    Sample(FloorDivide(), .integers([2, 3], in: -9..<9), .exactly([2, -3, 4], [3], dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// The quotient rounded down, element by element, broadcast.
  public func floorDivided(by other: Tensor) -> Tensor { apply(FloorDivide(), [self, other])[0] }
  /// The quotient with a number, rounded down.
  @_disfavoredOverload public func floorDivided(by other: Double) -> Tensor { floorDivided(by: Tensor(weak: other)) }
}
