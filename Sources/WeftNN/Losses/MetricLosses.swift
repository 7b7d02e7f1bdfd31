import WeftTensor

/// cos(a, b) along an axis: a·b / (‖a‖‖b‖), each norm at least `epsilon`.
///
/// Shape: a and b of one shape; the result without the axis.
public func cosineSimilarity(_ a: Tensor, _ b: Tensor, axis: Int = 1, epsilon: Double = 1e-8) -> Tensor {
  let (a, b, least) = (a.uncast, b.uncast, epsilon * epsilon)
  let squares = (a * a).sum(axis: axis).clamped(low: least) * (b * b).sum(axis: axis).clamped(low: least)
  return (a * b).sum(axis: axis) / squares.sqrt()
}

/// Draws pairs with target 1 together, 1 - cos(a, b), and pushes pairs with target -1 apart, max(0, cos(a, b) - margin).
///
/// Shape: a and b [N, D] (or [D]); target [N] (or scalar).
public func cosineEmbeddingLoss(
  _ a: Tensor, _ b: Tensor, _ target: Tensor, margin: Double = 0, reduction: LossReduction = .mean
) -> Tensor {
  let name = "cosineEmbeddingLoss"
  guard requireEqualShapes(name, ("first", a), ("second", b)) else { return a.sum() }
  let similarity = cosineSimilarity(a, b, axis: -1)
  guard requireEqualShapes(name, ("similarity", similarity), ("target", target)) else { return a.sum() }
  let apart = (similarity - margin).clamped(low: 0)
  return reduction(Tensor.where(target .> 0, 1 - similarity, apart))
}

/// max(0, ‖a - p‖ - ‖a - n‖ + margin): the positive is to be nearer to the anchor than the negative, by a margin.
///
/// Shape: all [N, D] (or [D]); Euclidean distances, `epsilon` added to each difference as in PyTorch.
public func tripletMarginLoss(
  anchor: Tensor, positive: Tensor, negative: Tensor, margin: Double = 1, epsilon: Double = 1e-6,
  reduction: LossReduction = .mean
) -> Tensor {
  guard
    requireEqualShapes("tripletMarginLoss", ("anchor", anchor), ("positive", positive), ("negative", negative))
  else { return anchor.sum() }
  func distance(_ other: Tensor) -> Tensor {
    let difference = anchor.uncast - other.uncast + epsilon
    return (difference * difference).sum(axis: -1).sqrt()
  }
  return reduction((distance(positive) - distance(negative) + margin).clamped(low: 0))
}
