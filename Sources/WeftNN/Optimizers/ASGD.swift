import WeftTensor

/// Averaged stochastic gradient descent (Polyak and Juditsky, 1992): a falling step size, and beside each value the
/// average of the values since the update numbered t₀, in `averages`.
///
/// g ← g + λₑp;  η = lr/(1 + λ·lr·(t−1))ᵅ;  p ← (1 − λη)p − ηg;  a ← a + (p − a)/max(1, t − 1 − t₀)
///
/// A learning rate that is set takes effect with the next step. In PyTorch it takes one step longer, since there η is
/// computed a step ahead.
public final class ASGD: GroupedOptimizer<ASGD.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// The decay λ of the values and of the step size.
    public var decay: Double
    /// The power α of the step size's fall.
    public var power: Double
    /// After which update averaging begins.
    public var averagingStart: Double
    /// The factor of the value that is added to the gradient, λₑ.
    public var weightDecay: Double
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, decay: Double = 1e-4, power: Double = 0.75,
    averagingStart: Double = 1e6, weightDecay: Double = 0, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(decay: decay, power: power, averagingStart: averagingStart, weightDecay: weightDecay))
  }

  /// The average of each parameter's values; before averaging begins, the value itself.
  public var averages: [Tensor] { zip(parameters, states).map { $1.tensors.first ?? $0.value } }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    check("a decay from 0", set.decay, in: 0...)
    check("a power that is a finite number", set.power, in: (-.infinity)...)
    check("a start of averaging from 0", set.averagingStart, in: 0...)
    check("a weight decay from 0", set.weightDecay, in: 0...)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] { ["ax"] }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let (set, rate, before) = (settings[group.index], group.learningRate, Double(step - 1))
    let size = rate / realPower(1 + set.decay * rate * before, set.power)
    let share = 1 / max(1, before - set.averagingStart)
    return UpdateRule(Self.formula, [set.weightDecay, 1 - set.decay * size, size, share, 1 - share])
  }

  private static let formula = Formula(inputs: 3, parameters: 5) { x, c in
    let p = c[1] * x[0] - c[2] * (x[1] + c[0] * x[0])
    return [p, c[4] * x[2] + c[3] * p]
  }
}
