/// ‖a - b + ε‖ along the last axis, the norm of `order`: the distances of vectors in pairs.
///
/// Shape: [..., n] and [..., n], which broadcast, give [...]; with `keepDims` [..., 1].
public func pairwiseDistance(
  _ a: Tensor, _ b: Tensor, order: Double = 2, epsilon: Double = 1e-6, keepDims: Bool = false
) -> Tensor {
  (a - b + epsilon).norm(order: order, axis: -1, keepDims: keepDims)
}
