import WeftTensor

// Activations with fixed numbers. Each maps any shape to the same, element by element.

/// x where positive, else slope · x (Maas et al., 2013).
public final class LeakyReLU: Module {
  /// What negative numbers are multiplied by.
  public let slope: Double

  /// - Parameter slope: What negative numbers are multiplied by.
  public init(_ slope: Double = 0.01) { self.slope = slope }
  public override func forward(_ input: Tensor) -> Tensor { input.leakyReLU(slope: slope) }
}

/// x where positive, else α · (eˣ - 1) (Clevert et al., 2016).
public final class ELU: Module {
  /// α: the result goes to -α far below zero.
  public let alpha: Double

  /// - Parameter alpha: The result goes to -α far below zero.
  public init(alpha: Double = 1) { self.alpha = alpha }
  public override func forward(_ input: Tensor) -> Tensor { input.elu(alpha: alpha) }
}

/// x where positive, else α · (exp(x/α) - 1) (Barron, 2017).
public final class CELU: Module {
  /// α: the result goes to -α far below zero.
  public let alpha: Double

  /// - Parameter alpha: The result goes to -α far below zero.
  public init(alpha: Double = 1) { self.alpha = alpha }
  public override func forward(_ input: Tensor) -> Tensor { input.celu(alpha: alpha) }
}

/// x · Φ(x) with the normal distribution's Φ, or its approximation by tanh (Hendrycks and Gimpel, 2016).
public final class GELU: Module {
  /// Whether Φ is exact or approximated by tanh.
  public let approximation: GELUApproximation

  /// - Parameter approximation: `.tanh` for the formula of the first GPT models.
  public init(approximation: GELUApproximation = .none) { self.approximation = approximation }
  public override func forward(_ input: Tensor) -> Tensor { input.gelu(approximation: approximation) }
}

/// log(1 + exp(βx)) / β, and x itself where βx is above the threshold.
public final class Softplus: Module {
  /// β: the larger, the nearer to max(x, 0).
  public let beta: Double
  /// Where βx is above it, the result is x.
  public let threshold: Double

  /// - Parameters:
  ///   - beta: The larger, the nearer to max(x, 0).
  ///   - threshold: Where βx is above it, the result is x.
  public init(beta: Double = 1, threshold: Double = 20) { (self.beta, self.threshold) = (beta, threshold) }
  public override func forward(_ input: Tensor) -> Tensor { input.softplus(beta: beta, threshold: threshold) }
}

/// x within low ... high, else the nearer of the two.
public final class Hardtanh: Module {
  /// The least result.
  public let low: Double
  /// The largest result.
  public let high: Double

  /// By default -1 through 1.
  public init(_ low: Double = -1, _ high: Double = 1) { (self.low, self.high) = (low, high) }
  public override func forward(_ input: Tensor) -> Tensor { input.hardtanh(low: low, high: high) }
}

/// x where |x| > λ, else 0.
public final class Hardshrink: Module {
  /// λ, from which size on numbers are more than 0.
  public let lambda: Double

  /// - Parameter lambda: Numbers of at most this size become 0.
  public init(_ lambda: Double = 0.5) { self.lambda = lambda }
  public override func forward(_ input: Tensor) -> Tensor { input.hardshrink(lambda: lambda) }
}

/// x drawn toward 0 by λ, and 0 where |x| ≤ λ.
public final class Softshrink: Module {
  /// λ, from which size on numbers are more than 0.
  public let lambda: Double

  /// - Parameter lambda: By how much numbers are drawn toward 0.
  public init(_ lambda: Double = 0.5) { self.lambda = lambda }
  public override func forward(_ input: Tensor) -> Tensor { input.softshrink(lambda: lambda) }
}

/// x where above the threshold, else a value.
public final class Threshold: Module {
  /// Numbers up to it are replaced.
  public let threshold: Double
  /// What stands in their place.
  public let value: Double

  /// - Parameters:
  ///   - threshold: Numbers up to it are replaced.
  ///   - value: What stands in their place.
  public init(_ threshold: Double, value: Double) { (self.threshold, self.value) = (threshold, value) }
  public override func forward(_ input: Tensor) -> Tensor { input.threshold(threshold, value: value) }
}
