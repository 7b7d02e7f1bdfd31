/// An elementwise operation that answers a question: its result is bool, and no gradient flows through it.
public protocol BooleanOperation: ElementwiseOperation {}

extension BooleanOperation {
  public static var resultType: ElementwiseResult { .bool }
  public static var whyNotDifferentiable: String? { "its result is bool" }
}
