import WeftTensor

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
///
/// p ← p − lr·λ·p;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
public final class AdamW: Optimizer {
  public let betas: (Double, Double)
  public let epsilon: Double
  public let weightDecay: Double

  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    super.init(parameters, learningRate: learningRate)
  }

  public override var stateCount: Int { 2 }

  public override func update(_ value: Tensor, gradient: Tensor, state: [Tensor], step: Int) {
    let (b1, b2) = betas
    let correction1 = 1 - power(b1, step)
    let correction2 = 1 - power(b2, step)
    Self.formula.write(
      [
        1 - learningRate * weightDecay, learningRate / correction1, b1, 1 - b1, b2, 1 - b2,
        1 / correction2.squareRoot(), epsilon,
      ], reading: [value, gradient, state[0], state[1]], into: [value, state[0], state[1]])
  }

  private static let formula = Formula(inputs: 4, parameters: 8) { x, c in
    let (p, g) = (x[0], x[1])
    let m = c[2] * x[2] + c[3] * g
    let v = c[4] * x[3] + c[5] * (g * g)
    return [c[0] * p - c[1] * m / (sqrt(v) * c[6] + c[7]), m, v]
  }
}

/// `base` to a whole power.
func power(_ base: Double, _ exponent: Int) -> Double {
  (0..<exponent.bitWidth - exponent.leadingZeroBitCount).reduce((1.0, base)) { state, bit in
    (exponent >> bit & 1 == 1 ? state.0 * state.1 : state.0, state.1 * state.1)
  }.0
}
