/// a·b / (max(‖a‖, ε)·max(‖b‖, ε)) along `axis`: the cosine of the angle between two vectors.
///
/// Shape: a and b broadcast; the result lacks `axis`.
public func cosineSimilarity(_ a: Tensor, _ b: Tensor, axis: Int = 1, epsilon: Double = 1e-8) -> Tensor {
  let pair = broadcast([a, b])
  guard pair.count == 2 else { return .invalid }
  if pair[0].rank > 0, pair[0].shape.axis(axis) == nil {
    return .failed(.axis(axis, rank: pair[0].rank, operation: "cosineSimilarity"))
  }
  let (a, b) = (pair[0].converted(to: pair[0].dtype.floating), pair[1].converted(to: pair[1].dtype.floating))
  guard let place = a.shape.axis(axis), a.dtype == b.dtype else {
    return (a / a.lengthAlong(axis, epsilon) * (b / b.lengthAlong(axis, epsilon))).sum(axis: axis)
  }
  let products = FormulaSum(formula: productOfQuotients, axes: [place], dtype: a.dtype)
  return apply(products, [a, a.lengthAlong(axis, epsilon), b, b.lengthAlong(axis, epsilon)])[0].squeezed(place)
}

private let productOfQuotients = Formula(inputs: 4) { x, _ in [(x[0] / x[1]) * (x[2] / x[3])] }

extension Tensor {
  /// The length of vectors along `axis`, which counts as ε at least.
  fileprivate func lengthAlong(_ axis: Int, _ epsilon: Double) -> Tensor {
    norm(axis: axis, keepDims: true).clamped(low: epsilon)
  }
}
