import WeftTensor

/// Stochastic gradient descent, with momentum as in Sutskever et al. (2013) in PyTorch's form.
///
/// g ← g + λp;  v ← μv + (1−τ)g (v ← g on the first step);  p ← p − lr·v, or with Nesterov p ← p − lr·(g + μv)
public final class SGD: Optimizer {
  public let momentum: Double
  public let dampening: Double
  public let weightDecay: Double
  public let isNesterov: Bool

  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-3, momentum: Double = 0, dampening: Double = 0,
    weightDecay: Double = 0, nesterov: Bool = false
  ) {
    self.momentum = momentum
    self.dampening = dampening
    self.weightDecay = weightDecay
    isNesterov = nesterov
    super.init(parameters, learningRate: learningRate)
    check("a momentum from 0", momentum, in: 0...)
    check("a weight decay from 0", weightDecay, in: 0...)
    if nesterov {
      check("a momentum above 0 for Nesterov's form", momentum, in: Double.leastNonzeroMagnitude...)
      check("no dampening in Nesterov's form", dampening, in: 0...0)
    }
  }

  public override var stateNames: [String] { momentum == 0 ? [] : ["momentum_buffer"] }

  public override func rule(step: Int) -> UpdateRule? {
    if momentum == 0 { return UpdateRule(Self.plain, [weightDecay, learningRate]) }
    // The velocity starts as the first gradient itself: nothing of it is damped.
    let share = step == 1 ? 1 : 1 - dampening
    return UpdateRule(isNesterov ? Self.nesterov : Self.heavyBall, [weightDecay, learningRate, momentum, share])
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
