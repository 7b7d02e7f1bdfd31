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
      let angle = x * 3.141592653589793
      let isSmall = abs(angle) .< 1
      let plain = (cos(angle) - y) / select(isSmall, 1, angle)
      return g * (3.141592653589793 * select(isSmall, slopeOfSmall(select(isSmall, angle, 0)), plain))
    })

  /// (cos t - sin t / t)/t around 0, where the two are almost equal: Σ (-1)ᵏ2k/(2k + 1)!·t²ᵏ⁻¹.
  private static func slopeOfSmall(_ angle: Expression) -> Expression {
    let square = angle * angle
    let terms: [Double] = [
      -1.0 / 3, 1.0 / 30, -1.0 / 840, 1.0 / 45360, -1.0 / 3_991_680, 1.0 / 518_918_400, -1.0 / 93_405_312_000,
      1.0 / 22_230_464_256_000,
    ]
    let sum = terms.dropLast().reversed().reduce(Expression(terms[terms.count - 1])) { $0 * square + Expression($1) }
    return angle * sum
  }

  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [Sample(Sinc(), .real([2, 3])), Sample(Sinc(), .exactly([0, 0.01, -0.3], [3]))]
  public init() {}
}

extension Tensor {
  /// sin(πx)/(πx) of each element, 1 at 0.
  public func sinc() -> Tensor { apply(Sinc(), [self])[0] }
}
