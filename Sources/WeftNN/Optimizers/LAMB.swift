import WeftTensor

/// LAMB (You et al., 2020): Adam's direction, its length set for each parameter by the parameter's own norm.
///
/// m and v as in Adam;  r = m̂/(√v̂ + ε) + λp;  p ← p − lr·(‖p‖/‖r‖)·r, with a ratio of 1 where one of the norms is 0
public final class LAMB: GroupedOptimizer<LAMB.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How much of the averages of gradients and of their squares a step keeps.
    public var betas: (Double, Double)
    /// Added to the root.
    public var epsilon: Double
    /// The factor λ of the value that is added to the direction of a step, before its length is set.
    public var weightDecay: Double
  }

  /// One group of all `parameters`.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-6, weightDecay: Double = 0, maximize: Bool = false
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
    ["exp_avg", "exp_avg_sq"]
  }

  public override func update(
    _ value: inout Tensor, gradient: Tensor, state: inout [Tensor], in group: ParameterGroup, step: Int
  ) {
    let set = settings[group.index]
    let (b1, b2) = set.betas
    let direction = state[0].zerosLike()
    let numbers = [
      b1, 1 - b1, b2, 1 - b2, 1 / (1 - power(b1, step)), 1 / (1 - power(b2, step)).squareRoot(), set.epsilon,
      set.weightDecay,
    ]
    Self.direction.write(numbers, reading: [value, gradient] + state, into: [direction] + state)
    let (size, length) = (euclideanNorm(value), euclideanNorm(direction))
    let ratio = size > 0 && length > 0 ? size / length : 1
    Self.move.write([group.learningRate * ratio], reading: [value, direction], into: [value])
  }

  private static let direction = Formula(inputs: 4, parameters: 8) { x, c in
    let m = c[0] * x[2] + c[1] * x[1]
    let v = c[2] * x[3] + c[3] * x[1] * x[1]
    return [m * c[4] / (sqrt(v) * c[5] + c[6]) + c[7] * x[0], m, v]
  }

  private static let move = Formula(inputs: 2, parameters: 1) { x, c in [x[0] - c[0] * x[1]] }
}
