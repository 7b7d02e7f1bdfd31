extension Tensor {
  /// Each slice along `axis` scaled down to norm `maximum` where its own of `order` is larger (PyTorch's `renorm`), also
  /// where the type does not hold that norm.
  public func renormalized(order: Double = 2, axis: Int, maximum: Double) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "renormalized")) }
    if elementCount == 0 { return converted(to: dtype.floating) }
    let others = (0..<rank).filter { $0 != place }
    let x = converted(to: dtype.floating.statistics)
    let unit = x.unitOfNorms(axes: others)
    let scaled = x / unit
    let norms = scaled.norm(order: order, axes: others, keepDims: true)
    // PyTorch's: 1e-7 keeps the scale finite.
    let shrunk = scaled * (maximum / (norms + 1e-7 / unit))
    return Tensor.where(norms .> maximum / unit, shrunk, x).converted(to: dtype.floating)
  }
}
