import WeftTensor

/// x / (k + α·m)^β, m being the mean of x² over `size` channels around each (Krizhevsky et al., 2012).
///
/// Shape: [N, C, spatial...] to the same.
public final class LocalResponseNorm: Module {
  /// How many channels around each, itself counted, are averaged.
  public let size: Int
  /// α, the factor of the mean square.
  public let alpha: Double
  /// β, the power that is divided by.
  public let beta: Double
  /// k, added to α·m.
  public let k: Double

  /// - Parameter size: How many channels around each, itself counted, are averaged.
  public init(_ size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1) {
    (self.size, self.alpha, self.beta, self.k) = (size, alpha, beta, k)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    input.localResponseNormalized(size: size, alpha: alpha, beta: beta, k: k)
  }
}
