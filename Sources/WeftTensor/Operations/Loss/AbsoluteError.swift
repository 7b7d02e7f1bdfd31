/// |x - t|. Gradients: g·sign(x - t) and its negative; 0 where x = t.
public struct AbsoluteError: ElementwiseOperation {
  public static let name = "absoluteError"
  public static let operands: Operands = ["x", "target"]
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x, t in abs(x - t) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(AbsoluteError(), .real([2, 3], in: 0...1), .real([2, 3], in: 1.1...2))]
  public init() {}
}
