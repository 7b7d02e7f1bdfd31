extension Tensor {
  /// Each slice along `axis` scaled down to norm `maximum` where its own of `order` is larger (PyTorch's `renorm`).
  public func renormalized(order: Double = 2, axis: Int, maximum: Double) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "renormalized")) }
    let others = (0..<rank).filter { $0 != place }
    let norms = norm(order: order, axes: others, keepDims: true)
    // PyTorch's: 1e-7 keeps the scale finite.
    let scale = Tensor.where(norms .> maximum, maximum / (norms + 1e-7), Tensor(weak: 1.0))
    return self * scale
  }
}
