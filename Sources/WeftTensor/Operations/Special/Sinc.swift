/// sin(πx)/(πx), 1 at 0. Gradient: g(cos πx - y)/x, 0 at 0.
public struct Sinc: ElementwiseOperation {
  public static let name = "sinc"
  public static let formula = Formula(
    { x in
      let isZero = x .== 0
      let angle = x * 3.141592653589793
      return select(isZero, 1, sin(angle) / select(isZero, 1, angle))
    },
    derivative: { g, x, y in
      let isZero = x .== 0
      return select(isZero, 0, g * (cos(x * 3.141592653589793) - y) / select(isZero, 1, x))
    })
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Sinc(), .real([2, 3], avoiding: [0]))]
  public init() {}
}

extension Tensor {
  /// sin(πx)/(πx) of each element, 1 at 0.
  public func sinc() -> Tensor { apply(Sinc(), [self])[0] }
}
