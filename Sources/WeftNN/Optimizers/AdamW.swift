import WeftTensor

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
///
/// p ← p − lr·λ·p;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
public final class AdamW: Optimizer {
  public let weightDecay: Double
  private let moments: AdamMoments

  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    self.weightDecay = weightDecay
    moments = AdamMoments(betas: betas, epsilon: epsilon)
    super.init(parameters, learningRate: learningRate)
    check(moments)
    check("a weight decay from 0", weightDecay, in: 0...)
  }

  public var betas: (Double, Double) { moments.betas }
  public var epsilon: Double { moments.epsilon }
  public override var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }

  public override func rule(step: Int) -> UpdateRule? {
    let kept = 1 - learningRate * weightDecay
    return UpdateRule(Self.formula, [kept] + moments.parameters(learningRate: learningRate, step: step))
  }

  private static let formula = AdamMoments.formula { p, g, kept in (kept * p, g) }
}
