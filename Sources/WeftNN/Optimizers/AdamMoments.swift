import WeftTensor

/// The settings that Adam and AdamW share, and the numbers they give their formulas.
struct AdamMoments {
  let betas: (Double, Double)
  let epsilon: Double

  /// For the update numbered `step` from 1: lr/(1−β₁ᵗ), β₁, 1−β₁, β₂, 1−β₂, 1/√(1−β₂ᵗ), ε.
  func parameters(learningRate: Double, step: Int) -> [Double] {
    let (b1, b2) = betas
    let (left1, left2) = (1 - power(b1, step), 1 - power(b2, step))
    return [learningRate / left1, b1, 1 - b1, b2, 1 - b2, 1 / left2.squareRoot(), epsilon]
  }

  /// A formula of p, g, m, v giving the new p, m, v, for parameters that `parameters(learningRate:step:)` gives after a
  /// first one that `decay` uses to change p and g.
  static func formula(
    decay: (_ p: Expression, _ g: Expression, _ amount: Expression) -> (p: Expression, g: Expression)
  ) -> Formula {
    Formula(inputs: 4, parameters: 8) { x, c in
      let (p, g) = decay(x[0], x[1], c[0])
      let m = c[2] * x[2] + c[3] * g
      let v = c[4] * x[3] + c[5] * (g * g)
      return [p - c[1] * m / (sqrt(v) * c[6] + c[7]), m, v]
    }
  }
}

extension Optimizer {
  func check(_ moments: AdamMoments) {
    check("betas[0] in 0 ..< 1", moments.betas.0, in: 0..<1)
    check("betas[1] in 0 ..< 1", moments.betas.1, in: 0..<1)
    check("an epsilon from 0", moments.epsilon, in: 0...)
  }
}

/// `base` to a whole power.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
