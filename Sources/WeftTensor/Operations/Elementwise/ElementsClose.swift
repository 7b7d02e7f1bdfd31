/// Whether |a - b| ≤ absolute + relative·|b|, element by element; equal infinities are close, and NaN is to NaN if so
/// chosen.
public struct ElementsClose: BooleanOperation {
  public static let name = "elementsClose"
  /// The allowed difference as a share of
  /// b|.
  public let relative: Double
  /// The allowed difference for numbers near 0.
  public let absolute: Double
  /// Whether NaN is close to NaN.
  public let nanIsEqual: Bool
  public var parameters: [Double] { [relative, absolute, nanIsEqual ? 1 : 0] }

  public init(relative: Double = 1e-5, absolute: Double = 1e-8, nanIsEqual: Bool = false) {
    self.relative = relative
    self.absolute = absolute
    self.nanIsEqual = nanIsEqual
  }

  public static let defaults: Attributes = ["relative": 1e-5, "absolute": 1e-8, "nanIsEqual": false]

  public static let formula = Formula(inputs: 2, parameters: 3) { x, p in
    let (a, b) = (x[0], x[1])
    let near = isFinite(b) .& (abs(a - b) .<= p[1] + p[0] * abs(b))
    return [(a .== b) .| near .| (p[2] .& isNaN(a) .& isNaN(b))]
  }
  public static let samples = [
    Sample(ElementsClose(), .exactly([1, 2, .nan], [3]), .exactly([1.000001, 2.1, .nan], [3])),
    Sample(
      ElementsClose(relative: 0, absolute: 0.15, nanIsEqual: true), .exactly([1, 2, .nan, .infinity], [4]),
      .exactly([1.1, 2.2, .nan, .infinity], [4])),
  ]
}

extension Tensor {
  /// Whether each |a - b| ≤ absolute + relative·|b|, `other` being b, broadcast; bool. (`isClose(to:)` answers for all
  /// elements together.)
  public func elementsClose(
    to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8, nanIsEqual: Bool = false
  ) -> Tensor {
    // Integers are compared as float64: their tolerances are fractions.
    let operands = [self, other].map { $0.dtype.isFloatingPoint ? $0 : $0.converted(to: .float64) }
    return apply(ElementsClose(relative: relative, absolute: absolute, nanIsEqual: nanIsEqual), operands)[0]
  }
}
