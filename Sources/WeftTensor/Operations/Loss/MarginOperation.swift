/// A cost of x against a target of 1 or -1 that depends on a margin m: what the hinge errors share.
public protocol MarginOperation: ElementwiseOperation {
  /// m, the formula's parameter.
  var margin: Double { get }
}

extension MarginOperation {
  public static var autocastRule: AutocastRule { .float32 }
  public static var defaults: Attributes { ["margin": 1.0] }
  public static var resultType: ElementwiseResult { .floating }
  public var parameters: [Double] { [margin] }

  /// Refuses a margin that is no number.
  public func checkAttributes() throws(TensorError) {
    guard !margin.isNaN else {
      throw TensorError(.value, operation: Self.name, expected: "a margin that is a number", got: "\(margin)")
    }
  }
}
