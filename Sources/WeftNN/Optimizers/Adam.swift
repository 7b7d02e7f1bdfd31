import WeftTensor

/// Adam (Kingma and Ba, 2015), with weight decay added to the gradient as in PyTorch.
///
/// g ← g + λp;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  p ← p − lr/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + ε)
///
/// With `amsgrad` (Reddi et al., 2018) the largest v so far stands under the root.
public final class Adam: GroupedOptimizer<AdamSettings> {
  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0, amsgrad: Bool = false, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      AdamSettings(betas: betas, epsilon: epsilon, weightDecay: weightDecay, amsgrad: amsgrad))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    checkMoments(set.betas, set.epsilon, set.weightDecay)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    AdamMoments.stateNames(settings[group.index])
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let set = settings[group.index]
    return UpdateRule(
      set.amsgrad ? Self.amsgrad : Self.formula, AdamMoments.parameters(set, .coupled, group, step: step))
  }

  private static let formula = AdamMoments.formula(.coupled)
  private static let amsgrad = AdamMoments.formula(.coupled, amsgrad: true)
}
