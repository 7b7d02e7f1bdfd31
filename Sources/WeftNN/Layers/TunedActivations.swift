import WeftTensor

// Activations with fixed numbers. Each maps any shape to the same, element by element.

/// x where positive, else slope · x (Maas et al., 2013).
public final class LeakyReLU: Module {
  public let slope: Double

  public init(_ slope: Double = 0.01) { self.slope = slope }
  public override func forward(_ input: Tensor) -> Tensor { input.leakyReLU(slope: slope) }
}

/// x where positive, else α · (eˣ - 1) (Clevert et al., 2016).
public final class ELU: Module {
  public let alpha: Double

  public init(alpha: Double = 1) { self.alpha = alpha }
  public override func forward(_ input: Tensor) -> Tensor { input.elu(alpha: alpha) }
}

/// x where positive, else α · (exp(x/α) - 1) (Barron, 2017).
public final class CELU: Module {
  public let alpha: Double

  public init(alpha: Double = 1) { self.alpha = alpha }
  public override func forward(_ input: Tensor) -> Tensor { input.celu(alpha: alpha) }
}

/// x · Φ(x) with the normal distribution's Φ, or its approximation by tanh (Hendrycks and Gimpel, 2016).
public final class GELU: Module {
  public let approximation: GELUApproximation

  public init(approximation: GELUApproximation = .none) { self.approximation = approximation }
  public override func forward(_ input: Tensor) -> Tensor { input.gelu(approximation: approximation) }
}

/// log(1 + exp(βx)) / β, and x itself where βx is above the threshold.
public final class Softplus: Module {
  public let beta: Double
  public let threshold: Double

  public init(beta: Double = 1, threshold: Double = 20) { (self.beta, self.threshold) = (beta, threshold) }
  public override func forward(_ input: Tensor) -> Tensor { input.softplus(beta: beta, threshold: threshold) }
}

/// x within low ... high, else the nearer of the two.
public final class Hardtanh: Module {
  public let low: Double
  public let high: Double

  public init(_ low: Double = -1, _ high: Double = 1) { (self.low, self.high) = (low, high) }
  public override func forward(_ input: Tensor) -> Tensor { input.hardtanh(low: low, high: high) }
}

/// x where |x| > λ, else 0.
public final class Hardshrink: Module {
  public let lambda: Double

  public init(_ lambda: Double = 0.5) { self.lambda = lambda }
  public override func forward(_ input: Tensor) -> Tensor { input.hardshrink(lambda: lambda) }
}

/// x drawn toward 0 by λ, and 0 where |x| ≤ λ.
public final class Softshrink: Module {
  public let lambda: Double

  public init(_ lambda: Double = 0.5) { self.lambda = lambda }
  public override func forward(_ input: Tensor) -> Tensor { input.softshrink(lambda: lambda) }
}

/// x where above the threshold, else a value.
public final class Threshold: Module {
  public let threshold: Double
  public let value: Double

  public init(_ threshold: Double, value: Double) { (self.threshold, self.value) = (threshold, value) }
  public override func forward(_ input: Tensor) -> Tensor { input.threshold(threshold, value: value) }
}
