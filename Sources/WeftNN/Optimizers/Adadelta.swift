import WeftTensor

/// Adadelta (Zeiler, 2012).
///
/// g ← g + λp;  v ← ρv + (1−ρ)g²;  d = g·√(u + ε)/√(v + ε);  u ← ρu + (1−ρ)d²;  p ← p − lr·d
public final class Adadelta: GroupedOptimizer<Adadelta.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How much of the averages a step keeps.
    public var rho: Double
    /// Added under the roots.
    public var epsilon: Double
    /// The factor λ of the value that is added to the gradient.
    public var weightDecay: Double
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6,
    weightDecay: Double = 0, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(rho: rho, epsilon: epsilon, weightDecay: weightDecay))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    check("a rho in 0 ... 1", set.rho, in: 0...1)
    check("an epsilon from 0", set.epsilon, in: 0...)
    check("a weight decay from 0", set.weightDecay, in: 0...)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    ["square_avg", "acc_delta"]
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let set = settings[group.index]
    return UpdateRule(Self.formula, [set.weightDecay, group.learningRate, set.rho, 1 - set.rho, set.epsilon])
  }

  private static let formula = Formula(inputs: 4, parameters: 5) { x, c in
    let g = x[1] + c[0] * x[0]
    let v = c[2] * x[2] + c[3] * g * g
    let change = sqrt(x[3] + c[4]) / sqrt(v + c[4]) * g
    return [x[0] - c[1] * change, v, c[2] * x[3] + c[3] * (change * change)]
  }
}
