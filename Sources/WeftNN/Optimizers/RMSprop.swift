import WeftTensor

/// RMSprop (Hinton, 2012), in PyTorch's form: centered and with momentum on request.
///
/// g ← g + λp;  v ← αv + (1−α)g²;  s = g/(√v + ε);  p ← p − lr·s
/// Centered: ḡ ← αḡ + (1−α)g, and v − ḡ² under the root. With momentum: b ← μb + s;  p ← p − lr·b
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
    check("a smoothing in 0 ... 1", smoothing, in: 0...1)
    check("an epsilon from 0", epsilon, in: 0...)
    check("a weight decay from 0", weightDecay, in: 0...)
    check("a momentum from 0", momentum, in: 0...)
  }

  public override var stateNames: [String] {
    ["square_avg"] + (isCentered ? ["grad_avg"] : []) + (momentum == 0 ? [] : ["momentum_buffer"])
  }

  public override func rule(step: Int) -> UpdateRule? {
    let formula = (isCentered ? Self.centered : Self.plain)[momentum == 0 ? 0 : 1]
    return UpdateRule(formula, [weightDecay, learningRate, smoothing, 1 - smoothing, epsilon, momentum])
  }

  /// Without and with momentum.
  private static let plain = [false, true].map { formula(centered: false, momentum: $0) }
  private static let centered = [false, true].map { formula(centered: true, momentum: $0) }

  private static func formula(centered: Bool, momentum: Bool) -> Formula {
    Formula(inputs: 3 + (centered ? 1 : 0) + (momentum ? 1 : 0), parameters: 6) { x, c in
      let g = x[1] + c[0] * x[0]
      let v = c[2] * x[2] + c[3] * (g * g)
      let mean = centered ? [c[2] * x[3] + c[3] * g] : []
      let scaled = g / (sqrt(mean.reduce(v) { $0 - $1 * $1 }) + c[4])
      let velocity = momentum ? [c[5] * x[centered ? 4 : 3] + scaled] : []
      return [x[0] - c[1] * (velocity.first ?? scaled), v] + mean + velocity
    }
  }
}
