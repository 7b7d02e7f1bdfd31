/// -x. Gradient: -g.
public struct Negate: ElementwiseOperation {
  public static let name = "negate"
  public static let formula = Formula { x in -x }
  public static let samples = [Sample(Negate(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// The elements with the other sign; of unsigned integers, what is left to the type's range.
  public static prefix func - (x: Tensor) -> Tensor { apply(Negate(), [x])[0] }
}
