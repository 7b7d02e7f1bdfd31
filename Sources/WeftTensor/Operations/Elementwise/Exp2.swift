/// 2ˣ. Gradient: g·y·log 2.
public struct Exp2: ElementwiseOperation {
  public static let name = "exp2"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { x in exp2(x) }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Exp2(), .real([2, 3]))]
  public init() {}
}

extension Tensor {
  /// 2ˣ of each element.
  public func exp2() -> Tensor { apply(Exp2(), [self])[0] }
}
