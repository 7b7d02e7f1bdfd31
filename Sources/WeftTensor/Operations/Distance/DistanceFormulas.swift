/// The formulas of distances of one order, whose number is their parameter.
struct DistanceFormulas {
  /// What is reduced, from a and b, and what is made of the result.
  let parts, whole: Formula
  /// The gradients' terms for a and for b, from a, b, y and g.
  let gradients: [Formula]
  /// Whether powers are added up, which leave the type's range before their root does.
  var sumsPowers = false
  /// The tangent's term, from a, b, y and the tangents of a and b.
  let tangent: Formula

  init(_ order: Double) {
    self =
      switch order {
      case 0: Self.count
      case 1: Self.sum
      case 2: Self.length
      case .infinity: Self.largest
      default: Self.power
      }
    sumsPowers = order != 0 && order != 1 && order != .infinity
  }

  private typealias Slope = (_ d: Expression, _ y: Expression, _ p: Expression) -> Expression

  /// - Parameter slope: dy/dd, for the difference d.
  private init(
    _ part: (_ size: Expression, _ p: Expression) -> Expression,
    whole: (_ sum: Expression, _ p: Expression) -> Expression, slope: Slope
  ) {
    parts = Formula(inputs: 2, parameters: 1) { x, p in [part(abs(x[0] - x[1]), p[0])] }
    self.whole = Formula(inputs: 1, parameters: 1) { x, p in [whole(x[0], p[0])] }
    gradients = [1.0, -1.0].map { sign in
      Formula(inputs: 4, parameters: 1) { x, p in [Expression(sign) * (x[3] * slope(x[0] - x[1], x[2], p[0]))] }
    }
    tangent = Formula(inputs: 5, parameters: 1) { x, p in [(x[3] - x[4]) * slope(x[0] - x[1], x[2], p[0])] }
  }

  private static let count = DistanceFormulas({ d, _ in d .!= 0 }, whole: { y, _ in y }, slope: { _, _, _ in 0 })
  private static let sum = DistanceFormulas({ d, _ in d }, whole: { y, _ in y }, slope: { d, _, _ in sign(d) })
  private static let largest = DistanceFormulas(
    // The largest of nothing.
    { d, _ in d }, whole: { y, _ in maximum(y, 0) },
    slope: { d, y, _ in select(abs(d) .== y, sign(d), keepingNaN(0, of: d)) })
  // Where d is 0, a 1 takes its place in what is not selected: its slope must be finite too.
  private static let length = DistanceFormulas(
    { d, _ in d * d }, whole: { y, _ in sqrt(y) },
    slope: { d, y, _ in select(y .== 0, 0, d / select(y .== 0, 1, y)) })
  private static let power = DistanceFormulas(
    { d, p in pow(d, p) }, whole: { y, p in pow(y, 1 / p) },
    slope: { d, y, p in
      let isZero = d .== 0
      let ratio = select(isZero, 1, abs(d)) / select(y .== 0, 1, y)
      return select(isZero, 0, sign(d) * pow(ratio, p - 1))
    })
}
