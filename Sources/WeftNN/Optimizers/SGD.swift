import WeftTensor

/// Stochastic gradient descent, with momentum as in Sutskever et al. (2013) in PyTorch's form.
///
/// g ← g + λp;  v ← μv + (1−τ)g (v ← g on the first step);  p ← p − lr·v, or with Nesterov p ← p − lr·(g + μv)
public final class SGD: GroupedOptimizer<SGD.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How much of the velocity a step keeps. At 0 the velocity is forgotten; from there on it starts anew.
    public var momentum: Double
    /// The share of a gradient that is kept from the velocity.
    public var dampening: Double
    /// The factor λ of the value that is added to the gradient.
    public var weightDecay: Double
    /// Whether the step looks ahead along the velocity.
    public var nesterov: Bool
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range, Nesterov's form without momentum or with dampening.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, momentum: Double = 0, dampening: Double = 0,
    weightDecay: Double = 0, nesterov: Bool = false, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(momentum: momentum, dampening: dampening, weightDecay: weightDecay, nesterov: nesterov))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    check("a momentum from 0", set.momentum, in: 0...)
    check("a weight decay from 0", set.weightDecay, in: 0...)
    check("a dampening that is a finite number", set.dampening, in: (-.infinity)...)
  }

  public override func validateTogether(_ group: ParameterGroup) {
    let set = settings[group.index]
    guard set.nesterov else { return }
    // Turned off later, it makes plain steps.
    if stepCount == 0 {
      check("a momentum above 0 for Nesterov's form", set.momentum, in: Double.leastNonzeroMagnitude...)
    }
    check("no dampening in Nesterov's form", set.dampening, in: 0...0)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    settings[group.index].momentum == 0 ? [] : ["momentum_buffer"]
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    rule(in: group, step: step, isFresh: step == 1)
  }

  override func rule(in group: ParameterGroup, step: Int, isFresh: Bool) -> UpdateRule? {
    let set = settings[group.index]
    if set.momentum == 0 { return UpdateRule(Self.plain, [set.weightDecay, group.learningRate]) }
    // The velocity starts as the first gradient itself: nothing of it is damped.
    let share = isFresh ? 1 : 1 - set.dampening
    return UpdateRule(
      set.nesterov ? Self.nesterov : Self.heavyBall, [set.weightDecay, group.learningRate, set.momentum, share])
  }

  private static let plain = Formula(inputs: 2, parameters: 2) { x, c in [x[0] - c[1] * (x[1] + c[0] * x[0])] }

  private static let heavyBall = Formula(inputs: 3, parameters: 4) { x, c in
    let v = c[2] * x[2] + c[3] * (x[1] + c[0] * x[0])
    return [x[0] - c[1] * v, v]
  }

  private static let nesterov = Formula(inputs: 3, parameters: 4) { x, c in
    let g = x[1] + c[0] * x[0]
    let v = c[2] * x[2] + c[3] * g
    return [x[0] - c[1] * (g + c[2] * v), v]
  }
}
