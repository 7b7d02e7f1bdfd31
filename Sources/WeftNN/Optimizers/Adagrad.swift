import WeftTensor

/// Adagrad (Duchi, Hazan and Singer, 2011).
///
/// g ← g + λp;  s ← s + g²;  p ← p − lr/(1 + (t−1)·decay) · g/(√s + ε)
public final class Adagrad: GroupedOptimizer<Adagrad.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How fast the learning rate falls.
    public var learningRateDecay: Double
    /// The factor λ of the value that is added to the gradient.
    public var weightDecay: Double
    /// Where the sum of squares begins.
    public var initialSum: Double
    /// Added to the root.
    public var epsilon: Double
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, learningRateDecay: Double = 0, weightDecay: Double = 0,
    initialSum: Double = 0, epsilon: Double = 1e-10, maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(
        learningRateDecay: learningRateDecay, weightDecay: weightDecay, initialSum: initialSum, epsilon: epsilon))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    check("a decay of the learning rate from 0", set.learningRateDecay, in: 0...)
    check("a weight decay from 0", set.weightDecay, in: 0...)
    check("an initial sum from 0", set.initialSum, in: 0...)
    check("an epsilon from 0", set.epsilon, in: 0...)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] { ["sum"] }

  public override func initialState(_ name: String, of value: Tensor, in group: ParameterGroup) -> Tensor {
    Tensor(full: value.shape, settings[group.index].initialSum, dtype: value.dtype)
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let set = settings[group.index]
    let rate = group.learningRate / (1 + Double(step - 1) * set.learningRateDecay)
    return UpdateRule(Self.formula, [set.weightDecay, rate, set.epsilon])
  }

  private static let formula = Formula(inputs: 3, parameters: 3) { x, c in
    let g = x[1] + c[0] * x[0]
    let sum = x[2] + g * g
    return [x[0] - c[1] * g / (sqrt(sum) + c[2]), sum]
  }
}
