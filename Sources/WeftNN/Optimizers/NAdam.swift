import WeftTensor

/// Adam with Nesterov's momentum (Dozat, 2016), in PyTorch's form.
///
/// μₜ = β₁(1 − ½·0.96^(tψ));  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;
/// p ← p − lr·(μₜ₊₁/(1−μ₁…μₜ₊₁)·m + (1−μₜ)/(1−μ₁…μₜ)·g) / (√(v/(1−β₂ᵗ)) + ε)
public final class NAdam: GroupedOptimizer<NAdam.Settings> {
  /// What a group's steps are made by.
  public struct Settings: Sendable {
    /// How much of the averages of gradients and of their squares a step keeps. Not to be changed after the first step.
    public let betas: (Double, Double)
    /// Added to the root.
    public var epsilon: Double
    /// The factor λ of the value that is added to the gradient or, with `decoupledWeightDecay`, of the share that a
    /// step takes off.
    public var weightDecay: Double
    /// How fast the momentum grows to β₁. Not to be changed after the first step.
    public let momentumDecay: Double
    /// Whether weight decay is a step of its own instead of a part of the gradient.
    public var decoupledWeightDecay: Bool
  }

  /// The product of the momenta up to a step, by group: what the last step computed.
  private var products: [Int: (step: Int, product: Double)] = [:]

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// Misuse: a learning rate or a setting out of its range.
  public init(
    _ parameters: [Parameter], learningRate: Double = 2e-3, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8, weightDecay: Double = 0, momentumDecay: Double = 4e-3, decoupledWeightDecay: Bool = false,
    maximize: Bool = false
  ) {
    super.init(
      parameters, learningRate: learningRate, maximize: maximize,
      Settings(
        betas: betas, epsilon: epsilon, weightDecay: weightDecay, momentumDecay: momentumDecay,
        decoupledWeightDecay: decoupledWeightDecay))
  }

  public override func validate(_ group: ParameterGroup) {
    let set = settings[group.index]
    checkMoments(set.betas, set.epsilon, set.weightDecay)
    check("a momentum decay from 0", set.momentumDecay, in: 0...)
  }

  public override func stateNames(of parameter: Parameter, in group: ParameterGroup) -> [String] {
    ["exp_avg", "exp_avg_sq"]
  }

  public override func rule(in group: ParameterGroup, step: Int) -> UpdateRule? {
    let (set, rate) = (settings[group.index], group.learningRate)
    let decay: WeightDecay = set.decoupledWeightDecay ? .decoupled : .coupled
    let (now, next) = (momentum(set, step), momentum(set, step + 1))
    let product = product(set, group, upTo: step)
    let b2 = set.betas.1
    return UpdateRule(
      decay == .coupled ? Self.coupled : Self.decoupled,
      [
        decay.parameter(set.weightDecay, group), rate * (1 - now) / (1 - product), rate * next / (1 - product * next),
        set.betas.0, 1 - set.betas.0, b2, 1 - b2,
        1 / (1 - power(b2, step)).squareRoot(), set.epsilon,
      ])
  }

  private func momentum(_ set: Settings, _ step: Int) -> Double {
    set.betas.0 * (1 - 0.5 * realPower(0.96, Double(step) * set.momentumDecay))
  }

  private func product(_ set: Settings, _ group: ParameterGroup, upTo step: Int) -> Double {
    var known = products[group.index] ?? (0, 1)
    if known.step > step { known = (0, 1) }
    while known.step < step, known.product > 0, momentum(set, known.step + 1) < set.betas.0 {
      known = (known.step + 1, known.product * momentum(set, known.step + 1))
    }
    // From here on the momentum is β₁ (or the product 0): a restored step may be far away.
    known = (step, known.product * power(set.betas.0, step - known.step))
    products[group.index] = known
    return known.product
  }

  private static let coupled = formula(.coupled)
  private static let decoupled = formula(.decoupled)

  private static func formula(_ decay: WeightDecay) -> Formula {
    Formula(inputs: 4, parameters: 9) { x, c in
      let (p, g) = decay.applied(x[0], x[1], c[0])
      let m = c[3] * x[2] + c[4] * g
      let v = c[5] * x[3] + c[6] * g * g
      return [p - (c[1] * g + c[2] * m) / (sqrt(v) * c[7] + c[8]), m, v]
    }
  }
}
