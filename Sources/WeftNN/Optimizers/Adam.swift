import WeftTensor

/// Adam (Kingma and Ba, 2015), with weight decay added to the gradient as in PyTorch.
///
/// g ← g + λp;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
public final class Adam: Optimizer {
  public let betas: (Double, Double)
  public let epsilon: Double
  public let weightDecay: Double

  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0
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
      [weightDecay, learningRate / correction1, b1, 1 - b1, b2, 1 - b2, 1 / correction2.squareRoot(), epsilon],
      reading: [value, gradient, state[0], state[1]], into: [value, state[0], state[1]])
  }

  private static let formula = Formula(inputs: 4, parameters: 8) { x, c in
    let p = x[0]
    let g = x[1] + c[0] * p
    let m = c[2] * x[2] + c[3] * g
    let v = c[4] * x[3] + c[5] * (g * g)
    return [p - c[1] * m / (sqrt(v) * c[6] + c[7]), m, v]
  }
}
