import WeftTensor

/// Resilient backpropagation (Riedmiller and Braun, 1993): each element has a step size of its own, which grows while its
/// gradient keeps its sign and shrinks when the sign changes, in which case the element rests for a step.
///
/// Meant for gradients of a whole dataset. The learning rate is the first step size.
public final class Rprop: GroupedOptimizer<Rprop.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// By what a step size shrinks and grows.
    public var factors: (Double, Double)
    /// The least and the largest step size.
    public var stepSizes: (Double, Double)
  }

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, factors: (Double, Double) = (0.5, 1.2),
    stepSizes: (Double, Double) = (1e-6, 50), maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize, Settings(factors: factors, stepSizes: stepSizes))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    check("a shrinking factor between 0 and 1", set.factors.0, in: Double.leastNonzeroMagnitude..<1)
    check("a growing factor above 1", set.factors.1, in: 1.nextUp...)
    check("a least step size from 0", set.stepSizes.0, in: 0...)
    check("a largest step size from 0", set.stepSizes.1, in: 0...)
  }

  public override func validateTogether(_ group: ParameterGroup) {
    let (least, largest) = settings[group.index].stepSizes
    // NaN makes no range; it has been reported.
    if !least.isNaN { check("a largest step size from the least", largest, in: least...) }
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    ["prev", "step_size"]
  }

  public override func initialState(_ name: String, of value: Tensor, in group: ParameterGroup) -> Tensor {
    name == "prev" ? value.zerosLike() : Tensor(full: value.shape, group.learningRate, dtype: value.dtype)
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let set = settings[group.index]
    return UpdateRule(Self.formula, [set.factors.0, set.factors.1, set.stepSizes.0, set.stepSizes.1])
  }

  private static let formula = Formula(inputs: 4, parameters: 4) { x, c in
    let agreement = sign(x[1]) * sign(x[2])  // a product of the small is 0
    let factor = select(agreement .> 0, c[1], select(agreement .< 0, c[0], 1))
    let size = minimum(maximum(x[3] * factor, c[2]), c[3])
    let gradient = select(agreement .< 0, 0, x[1])
    return [x[0] - sign(gradient) * size, gradient, size]
  }
}
