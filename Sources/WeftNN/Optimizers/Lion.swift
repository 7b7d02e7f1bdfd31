import WeftTensor

/// Lion (Chen et al., 2023): steps of one size along the sign of an average gradient. Its learning rate is three to ten
/// times smaller than AdamW's, and its weight decay as many times larger.
///
/// p ← p − lr·λ·p;  p ← p − lr·sign(β₁m + (1−β₁)g);  m ← β₂m + (1−β₂)g
public final class Lion: GroupedOptimizer<Lion.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How much of the average enters a step, and how much of it a step keeps.
    public var betas: (Double, Double)
    /// The share of the value that a step takes off, as a factor λ of the learning rate; no part of the gradient.
    public var weightDecay: Double
  }

  /// One group of all `parameters`.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-4, betas: (Double, Double) = (0.9, 0.99),
    weightDecay: Double = 0, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize, Settings(betas: betas, weightDecay: weightDecay))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    checkMoments(set.betas, 0, set.weightDecay)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] { ["exp_avg"] }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let set = settings[group.index]
    let (b1, b2) = set.betas
    let kept = WeightDecay.decoupled.parameter(set.weightDecay, group)
    return UpdateRule(Self.formula, [kept, group.learningRate, b1, 1 - b1, b2, 1 - b2])
  }

  private static let formula = Formula(inputs: 3, parameters: 6) { x, c in
    [c[0] * x[0] - c[1] * sign(c[2] * x[2] + c[3] * x[1]), c[4] * x[2] + c[5] * x[1]]
  }
}
