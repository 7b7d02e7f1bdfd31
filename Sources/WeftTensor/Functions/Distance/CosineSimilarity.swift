/// a·b / (max(‖a‖, ε)·max(‖b‖, ε)) along `axis`: the cosine of the angle between two vectors.
///
/// Shape: a and b broadcast; the result lacks `axis`.
public func cosineSimilarity(_ a: Tensor, _ b: Tensor, axis: Int = 1, epsilon: Double = 1e-8) -> Tensor {
  let pair = broadcast([a, b])
  guard pair.count == 2 else { return .invalid }
  let (a, b) = (pair[0].converted(to: pair[0].dtype.floating), pair[1].converted(to: pair[1].dtype.floating))
  let (x, y) = (a.unitAlong(axis, epsilon), b.unitAlong(axis, epsilon))
  return (x * y).sum(axis: axis)
}

extension Tensor {
  /// x over its length, which counts as ε at least.
  fileprivate func unitAlong(_ axis: Int, _ epsilon: Double) -> Tensor {
    self / norm(axis: axis, keepDims: true).clamped(low: epsilon)
  }
}
