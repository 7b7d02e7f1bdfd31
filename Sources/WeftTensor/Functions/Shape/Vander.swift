extension Tensor {
  /// The powers of each element from n - 1 down to 0 as a row (Vandermonde's matrix).
  ///
  /// Shape: [...] to [..., n].
  /// - Parameters:
  ///   - count: n; left out, the size of the last axis.
  ///   - increasing: From 0 up instead, as PyTorch's `linalg.vander`.
  public func vander(count: Int? = nil, increasing: Bool = false) -> Tensor {
    let count = count ?? shape.last ?? 1
    guard count >= 0 else { return .failed(.shapeOf("vander", "a count from 0 (it is \(count))", spec)) }
    guard count > 0 else { return Tensor(zeros: Shape(shape.sizes + [0]), dtype: dtype) }
    let ones = onesLike().unsqueezed(-1)
    let factors = unsqueezed(-1).expanded(to: Shape(shape.sizes + [count - 1]))
    let powers = concatenated([ones, factors], axis: -1).cumulativeProduct(axis: -1)
    return increasing ? powers : powers.flipped(axes: [-1])
  }
}
