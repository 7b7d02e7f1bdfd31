import WeftTensor

/// ‖a - b + ε‖ along the last axis, by the norm of an order: the distances of vectors in pairs.
///
/// Shape: [..., n] and [..., n] to [...], or [..., 1] with `keepDims`.
public final class PairwiseDistance: Module {
  /// Of the norm: 2 for the length.
  public let order: Double
  /// What is added to each difference, so that there is a gradient where vectors are equal.
  public let epsilon: Double
  /// Whether the last axis stays, with size 1.
  public let keepDims: Bool

  /// - Parameter epsilon: What is added to each difference.
  public init(order: Double = 2, epsilon: Double = 1e-6, keepDims: Bool = false) {
    (self.order, self.epsilon, self.keepDims) = (order, epsilon, keepDims)
  }

  /// The distance of each pair of vectors.
  ///
  /// Shape: [..., n] and [..., n], which broadcast, to [...], or [..., 1] with `keepDims`.
  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    inPath { pairwiseDistance(a, b, order: order, epsilon: epsilon, keepDims: keepDims) }
  }
}
