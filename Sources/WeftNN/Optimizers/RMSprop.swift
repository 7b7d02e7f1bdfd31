import WeftTensor

/// RMSprop (Hinton, 2012), in PyTorch's form: centered and with momentum on request.
///
/// v ← αv + (1−α)g²;  [ḡ ← αḡ + (1−α)g, v − ḡ² in place of v];  s = g/(√v + ε);  [b ← μb + s in place of s];  p ← p − lr·s
public final class RMSprop: Optimizer {
  public let smoothing: Double
  public let epsilon: Double
  public let weightDecay: Double
  public let momentum: Double
  public let isCentered: Bool

  public init(
    _ parameters: [Parameter], learningRate: Double = 1e-2, smoothing: Double = 0.99, epsilon: Double = 1e-8,
    weightDecay: Double = 0, momentum: Double = 0, centered: Bool = false
  ) {
    self.smoothing = smoothing
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.momentum = momentum
    isCentered = centered
    super.init(parameters, learningRate: learningRate)
  }

  /// The mean square, the mean gradient where centered, the momentum.
  public override var stateCount: Int { 3 }

  public override func update(_ value: Tensor, gradient: Tensor, state: [Tensor], step: Int) {
    let formula = isCentered ? Self.centered : Self.plain
    formula.write(
      [weightDecay, learningRate, smoothing, 1 - smoothing, epsilon, momentum],
      reading: [value, gradient] + state, into: [value] + state)
  }

  private static let plain = formula { v, _ in v }
  private static let centered = formula { v, mean in v - mean * mean }

  /// The update, where `variance` says what the root is taken of.
  private static func formula(variance: (Expression, Expression) -> Expression) -> Formula {
    Formula(inputs: 5, parameters: 6) { x, c in
      let g = x[1] + c[0] * x[0]
      let v = c[2] * x[2] + c[3] * (g * g)
      let mean = c[2] * x[3] + c[3] * g
      let momentum = c[5] * x[4] + g / (sqrt(variance(v, mean)) + c[4])
      return [x[0] - c[1] * momentum, v, mean, momentum]
    }
  }
}
