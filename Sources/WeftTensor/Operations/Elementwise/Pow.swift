/// aᵇ. Gradients: g·b·aᵇ⁻¹ (0 where b = 0), g·y·log a (0 where a = 0 and b ≥ 0). Integers stay integers.
public struct Pow: ElementwiseOperation {
  public static let name = "pow"
  public static let operands: Operands = ["base", "exponent"]
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula { a, b in pow(a, b) }
  public static let samples = [
    Sample(Pow(), .real([2, 3], in: 0.3...2), .real([2, 3])),
    Sample(Pow(), .real([2, 1], in: 0.3...2), .real([3])),
    Sample(Pow(), .real([3]), .exactly([2, 3, -1], [3], dtype: .int64)),
    Sample(Pow(), .integers([2, 3], in: -3..<4), .integers([3], in: 0..<4)),
  ]
  public init() {}
}

extension Tensor {
  /// Each element raised to the power `exponent`, broadcast. Of integers the result is an integer (0 for negative
  /// exponents, but for bases 1 and -1).
  public func pow(_ exponent: Tensor) -> Tensor { apply(Pow(), [self, exponent])[0] }

  /// Each element raised to the power `exponent`.
  public func pow(_ exponent: Double) -> Tensor {
    switch exponent {
    case 2: floating.squared()
    case 0.5: sqrt()
    case -0.5: rsqrt()
    case -1: reciprocal()
    default: apply(PowOfNumber(exponent: exponent), [floating])[0]
    }
  }

  /// Each element raised to the power `exponent`.
  @_disfavoredOverload public func pow(_ exponent: Float) -> Tensor { pow(Double(exponent)) }

  /// Each element raised to the power `exponent`. Integers stay integers, and must not be raised to a negative power.
  public func pow(_ exponent: Int) -> Tensor {
    if dtype.isFloatingPoint { return pow(Double(exponent)) }
    guard exponent >= 0 else {
      return .failed(
        TensorError(
          .value, operation: "pow", operands: [("base", spec)], expected: "an exponent from 0 for integers",
          got: "\(exponent)", hint: "`x.pow(\(exponent).0)` computes in float32"))
    }
    return pow(Tensor(weak: exponent))
  }

  /// This tensor, or float32 if it holds integers or bool.
  private var floating: Tensor { dtype.isFloatingPoint ? self : converted(to: .float32) }
}
