extension Tensor {
  /// The norm of the difference to `other`, broadcast (PyTorch's `dist`).
  public func distance(to other: Tensor, order: Double = 2) -> Tensor { (self - other).norm(order: order) }
}
