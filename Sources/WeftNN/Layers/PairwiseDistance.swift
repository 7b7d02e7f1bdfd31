import WeftTensor

/// ‖a - b + ε‖ along the last axis, by the norm of an order: the distances of vectors in pairs.
///
/// Shape: [..., n] and [..., n] to [...], or [..., 1] with `keepDims`.
public final class PairwiseDistance: Module {
  public let order: Double
  public let epsilon: Double
  public let keepDims: Bool

  public init(order: Double = 2, epsilon: Double = 1e-6, keepDims: Bool = false) {
    (self.order, self.epsilon, self.keepDims) = (order, epsilon, keepDims)
  }

  public func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    inPath { pairwiseDistance(a, b, order: order, epsilon: epsilon, keepDims: keepDims) }
  }
}
