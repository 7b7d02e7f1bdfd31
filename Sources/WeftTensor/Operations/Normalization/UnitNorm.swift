extension Tensor {
  /// x / max(‖x‖, ε), the norm of `order` taken along `axis` (PyTorch's `normalize`).
  public func normalized(order: Double = 2, axis: Int = 1, epsilon: Double = 1e-12) -> Tensor {
    self / norm(order: order, axis: axis, keepDims: true).clamped(low: epsilon)
  }
}
