/// tan x. Gradient: g(1 + y²).
public struct Tan: ElementwiseOperation {
  public static let name = "tan"
  public static let formula = Formula { x in tan(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Tan(), .real([2, 3], in: -1...1))]
  public init() {}
}

extension Tensor {
  /// The tangent of each element, in radians.
  public func tan() -> Tensor { apply(Tan(), [self])[0] }
}
