import WeftTensor

/// The settings that Adam and AdamW share.
public struct AdamSettings: Sendable {
  /// How much of the averages of gradients and of their squares a step keeps.
  public var betas: (Double, Double)
  /// Added to the root.
  public var epsilon: Double
  /// The factor λ: of the value that `Adam` adds to the gradient, of the learning rate's share of the value that
  /// `AdamW` takes off.
  public var weightDecay: Double
  /// Whether the largest average of squares so far takes the average's place. Not to be changed after the first step.
  public let amsgrad: Bool
}

/// What Adam and AdamW share.
enum AdamMoments {
  static func stateNames(_ settings: AdamSettings) -> [String] {
    ["exp_avg", "exp_avg_sq"] + (settings.amsgrad ? ["max_exp_avg_sq"] : [])
  }

  /// λ or what is kept, then for the update numbered `step` from 1: lr/(1−β₁ᵗ), β₁, 1−β₁, β₂, 1−β₂, 1/√(1−β₂ᵗ), ε.
  static func parameters(
    _ settings: AdamSettings, _ decay: WeightDecay, _ group: ParameterGroup, step: Int
  ) -> [Double] {
    let (b1, b2) = settings.betas
    let (left1, left2) = (1 - power(b1, step), 1 - power(b2, step))
    return [
      decay.parameter(settings.weightDecay, group), group.learningRate / left1, b1, 1 - b1, b2, 1 - b2,
      1 / left2.squareRoot(), settings.epsilon,
    ]
  }

  /// A formula of p, g, m, v (and with `amsgrad` the largest v) that gives the new p, m, v (and largest v).
  static func formula(_ decay: WeightDecay, amsgrad: Bool = false) -> Formula {
    Formula(inputs: amsgrad ? 5 : 4, parameters: 8) { x, c in
      let (p, g) = decay.applied(x[0], x[1], c[0])
      let m = c[2] * x[2] + c[3] * g
      let v = c[4] * x[3] + c[5] * g * g
      let largest = amsgrad ? maximum(x[4], v) : v
      return [p - c[1] * m / (sqrt(largest) * c[6] + c[7]), m, v] + (amsgrad ? [largest] : [])
    }
  }
}

extension Optimizer {
  func checkMoments(_ betas: (Double, Double), _ epsilon: Double, _ weightDecay: Double) {
    check("betas[0] in 0 ..< 1", betas.0, in: 0..<1)
    check("betas[1] in 0 ..< 1", betas.1, in: 0..<1)
    check("an epsilon from 0", epsilon, in: 0...)
    check("a weight decay from 0", weightDecay, in: 0...)
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
