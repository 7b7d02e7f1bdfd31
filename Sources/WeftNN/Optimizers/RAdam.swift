import WeftTensor

/// Rectified Adam (Liu et al., 2020): no division by the root of v until enough is known of it.
///
/// ρ∞ = 2/(1−β₂) − 1;  ρ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ);  m and v as in Adam.  For ρ > 5:
/// p ← p − lr/(1−β₁ᵗ) · m · r√(1−β₂ᵗ)/(√v + ε),  r² = (ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ);  else p ← p − lr/(1−β₁ᵗ)·m
public final class RAdam: GroupedOptimizer<RAdam.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How much of the averages of gradients and of their squares a step keeps.
    public var betas: (Double, Double)
    /// Added to the root.
    public var epsilon: Double
    /// The factor λ of the value that is added to the gradient or, with `decoupledWeightDecay`, of the share that a
    /// step takes off.
    public var weightDecay: Double
    /// Whether weight decay is a step of its own instead of a part of the gradient.
    public var decoupledWeightDecay: Bool
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0, decoupledWeightDecay: Bool = false, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(
        betas: betas, epsilon: epsilon, weightDecay: weightDecay, decoupledWeightDecay: decoupledWeightDecay))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    checkMoments(set.betas, set.epsilon, set.weightDecay)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    ["exp_avg", "exp_avg_sq"]
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let set = settings[group.index]
    let decay: WeightDecay = set.decoupledWeightDecay ? .decoupled : .coupled
    let (b1, b2) = set.betas
    let rectified = rectification(b2, step)
    let rate = group.learningRate / (1 - power(b1, step)) * (rectified ?? 1)
    return UpdateRule(
      Self.formulas[(decay == .coupled ? 0 : 2) + (rectified == nil ? 0 : 1)],
      [decay.parameter(set.weightDecay, group), rate, b1, 1 - b1, b2, 1 - b2, set.epsilon])
  }

  /// r√(1−β₂ᵗ), or nil while ρ ≤ 5.
  private func rectification(_ beta: Double, _ step: Int) -> Double? {
    let kept = power(beta, step)
    let limit = 2 / (1 - beta) - 1
    let length = limit - 2 * Double(step) * kept / (1 - kept)
    if length <= 5 { return nil }
    let ratio = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
    return (ratio * (1 - kept)).squareRoot()
  }

  /// Coupled decay without and with the division, then decoupled decay.
  private static let formulas = [WeightDecay.coupled, .decoupled].flatMap { decay in
    [false, true].map { formula(decay, divides: $0) }
  }

  private static func formula(_ decay: WeightDecay, divides: Bool) -> Formula {
    Formula(inputs: 4, parameters: 7) { x, c in
      let (p, g) = decay.applied(x[0], x[1], c[0])
      let m = c[2] * x[2] + c[3] * g
      let v = c[4] * x[3] + c[5] * g * g
      return [p - (divides ? c[1] * m / (sqrt(v) + c[6]) : c[1] * m), m, v]
    }
  }
}
