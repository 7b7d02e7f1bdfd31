/// eˣ. Gradient: g·y.
public struct Exp: ElementwiseOperation {
  public static let name = "exp"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x in exp(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Exp(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// eˣ of each element.
  public func exp() -> Tensor { apply(Exp(), [self])[0] }
}
