/// The angle of the point (x, y). Gradients: of y, g·x/(x² + y²); of x, -g·y/(x² + y²); 0 at the origin and at
/// infinity, and without overflow between.
public struct Atan2: ElementwiseOperation {
  public static let name = "atan2"
  public static let operands: Operands = ["y", "x"]
  public static let formula = Formula(inputs: 2) { v, _ in [atan2(v[0], v[1])] }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(Atan2(), .real([2, 3], avoiding: [0]), .real([2, 3], in: 0.2...2)),
    Sample(Atan2(), .real([2, 1], in: 0.2...2), .real([3], in: -2 ... -0.3)),
  ]
  public init() {}
}

/// The angle in -π ... π of the points (x, y), element by element.
public func atan2(_ y: Tensor, _ x: Tensor) -> Tensor { apply(Atan2(), [y, x])[0] }
