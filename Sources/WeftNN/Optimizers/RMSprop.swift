import WeftTensor

/// RMSprop (Hinton, 2012), in PyTorch's form: centered and with momentum on request.
///
/// g ← g + λp;  v ← αv + (1−α)g²;  s = g/(√v + ε);  p ← p − lr·s
/// Centered: ḡ ← αḡ + (1−α)g, and v − ḡ² under the root. With momentum: b ← μb + s;  p ← p − lr·b
///
/// v − ḡ² is computed from those of the step before, d = v − ḡ², as αd + α(1−α)(g − ḡ)²: the same number, which rounding
/// does not make negative where d is not taken below 0.
public final class RMSprop: GroupedOptimizer<RMSprop.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How much of the averages a step keeps.
    public var smoothing: Double
    /// Added to the root.
    public var epsilon: Double
    /// The factor λ of the value that is added to the gradient.
    public var weightDecay: Double
    /// How much of the velocity a step keeps. At 0 the velocity is forgotten; from there on it starts anew.
    public var momentum: Double
    /// Whether the mean gradient is taken off. Not to be changed after the first step.
    public let centered: Bool
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, smoothing: Double = 0.99, epsilon: Double = 1e-8,
    weightDecay: Double = 0, momentum: Double = 0, centered: Bool = false, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(
        smoothing: smoothing, epsilon: epsilon, weightDecay: weightDecay, momentum: momentum, centered: centered))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    check("a smoothing in 0 ... 1", set.smoothing, in: 0...1)
    check("an epsilon from 0", set.epsilon, in: 0...)
    check("a weight decay from 0", set.weightDecay, in: 0...)
    check("a momentum from 0", set.momentum, in: 0...)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    let set = settings[group.index]
    return ["square_avg"] + (set.centered ? ["grad_avg"] : []) + (set.momentum == 0 ? [] : ["momentum_buffer"])
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let set = settings[group.index]
    let formula = (set.centered ? Self.centered : Self.plain)[set.momentum == 0 ? 0 : 1]
    return UpdateRule(
      formula,
      [set.weightDecay, group.learningRate, set.smoothing, 1 - set.smoothing, set.epsilon, set.momentum])
  }

  /// v − ḡ² after a step, from v and ḡ before it. Squares that no longer fit are ∞, and so is what is left of them.
  private static func variance(
    _ v: Expression, _ mean: Expression, _ g: Expression, _ kept: Expression, _ share: Expression
  ) -> Expression {
    kept * select(isInfinite(v), v, maximum(v - mean * mean, 0)) + kept * share * (g - mean) * (g - mean)
  }

  /// Without and with momentum.
  private static let plain = [false, true].map { formula(centered: false, momentum: $0) }
  private static let centered = [false, true].map { formula(centered: true, momentum: $0) }

  private static func formula(centered: Bool, momentum: Bool) -> Formula {
    Formula(inputs: 3 + (centered ? 1 : 0) + (momentum ? 1 : 0), parameters: 6) { x, c in
      let g = x[1] + c[0] * x[0]
      let v = c[2] * x[2] + c[3] * g * g
      let mean = centered ? [c[2] * x[3] + c[3] * g] : []
      let scaled = g / (sqrt(centered ? variance(x[2], x[3], g, c[2], c[3]) : v) + c[4])
      let velocity = momentum ? [c[5] * x[centered ? 4 : 3] + scaled] : []
      return [x[0] - c[1] * (velocity.first ?? scaled), v] + mean + velocity
    }
  }
}
