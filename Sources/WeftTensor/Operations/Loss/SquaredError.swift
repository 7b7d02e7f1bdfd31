/// (x - t)². Gradients: 2g(x - t), -2g(x - t).
public struct SquaredError: ElementwiseOperation {
  public static let name = "squaredError"
  public static let operands: Operands = ["x", "target"]
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x, t in
    let d = x - t
    return d * d
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(SquaredError(), .real([2, 3]), .real([2, 3]))]
  public init() {}
}
