// Derivatives far out, where those of the textbook are the difference of two numbers that are nearly equal: by the
// asymptotic series of the difference itself (Abramowitz and Stegun, 1964, 7.1.23 and 9.7.1).

/// The derivative of y = e^(x²)·erfc x, 2xy - 2/√π: for x above 8 -(2/√π)·z·Σ (-1)ʲ(2j + 1)‼·zʲ, z = 1/(2x²).
func erfcScaledSlope(_ x: Expression, _ y: Expression) -> Expression {
  let far = maximum(x, 8)
  let z = 0.5 / far / far
  let series = polynomial(
    [
      1, -3, 15, -105, 945, -10_395, 135_135, -2_027_025, 34_459_425, -654_729_075, 13_749_310_575, -316_234_143_225,
      7_905_853_580_625, -213_458_046_676_875,
    ], of: z)
  return select(x .> 8, -1.1283791670955126 * z * series, 2 * (x * y) - 1.1283791670955126)
}

/// The derivative of e^(-|x|)·I₀(x) for |x| above 100, along |x|.
func besselI0ScaledSlope(_ x: Expression) -> Expression {
  scaledBesselSlope(
    x,
    [
      1, 0.125, 0.0703125, 0.0732421875, 0.112152099609375, 0.22710800170898438, 0.5725014209747314, 1.7277275025844574,
    ])
}

/// The derivative of e^(-|x|)·I₁(|x|) for |x| above 100, along |x|.
func besselI1ScaledSlope(_ x: Expression) -> Expression {
  scaledBesselSlope(
    x,
    [
      1, -0.375, -0.1171875, -0.1025390625, -0.144195556640625, -0.2775764465332031, -0.6765925884246826,
      -1.993531733751297,
    ])
}

/// What the series above hold from.
func isFarForBessel(_ x: Expression) -> Expression { abs(x) .> 100 }

/// The derivative of |x|^(-1/2)·Σ aₖ|x|⁻ᵏ / √(2π) along |x|.
private func scaledBesselSlope(_ x: Expression, _ coefficients: [Double]) -> Expression {
  let far = maximum(abs(x), 100)
  let slopes = coefficients.enumerated().map { -0.3989422804014327 * $1 * (Double($0) + 0.5) }
  return polynomial(slopes, of: 1 / far) * rsqrt(far) / far
}

/// Σ cₖxᵏ.
func polynomial(_ coefficients: [Double], of x: Expression) -> Expression {
  coefficients.dropLast().reversed().reduce(Expression(coefficients.last ?? 0)) { $0 * x + Expression($1) }
}
