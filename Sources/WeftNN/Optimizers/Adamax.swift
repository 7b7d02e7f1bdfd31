import WeftTensor

/// Adamax (Kingma and Ba, 2015): Adam with the largest gradient in place of the mean square.
///
/// g ← g + λp;  m ← β₁m + (1−β₁)g;  u ← max(β₂u, |g| + ε);  p ← p − lr/(1−β₁ᵗ) · m/u
public final class Adamax: GroupedOptimizer<Adamax.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How much of the average gradient and of the largest one a step keeps.
    public var betas: (Double, Double)
    /// Added to the gradient's size.
    public var epsilon: Double
    /// The factor λ of the value that is added to the gradient.
    public var weightDecay: Double
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 2e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(betas: betas, epsilon: epsilon, weightDecay: weightDecay))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    checkMoments(set.betas, set.epsilon, set.weightDecay)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    ["exp_avg", "exp_inf"]
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let set = settings[group.index]
    let (b1, b2) = set.betas
    return UpdateRule(
      Self.formula, [set.weightDecay, group.learningRate / (1 - power(b1, step)), b1, 1 - b1, b2, set.epsilon])
  }

  private static let formula = Formula(inputs: 4, parameters: 6) { x, c in
    let g = x[1] + c[0] * x[0]
    let m = c[2] * x[2] + c[3] * g
    let largest = maximum(c[4] * x[3], abs(g) + c[5])
    return [x[0] - c[1] * m / largest, m, largest]
  }
}
