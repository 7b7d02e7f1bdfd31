import WeftTensor

/// Draws pairs with target 1 together, 1 - cos(a, b), and pushes pairs with target -1 apart, max(0, cos(a, b) - margin).
///
/// As in PyTorch 10⁻¹² is added to the squares of the lengths: the loss is smooth at a vector of zeros. (It is so in
/// half precision too, where PyTorch loses it: the cosine is computed in float32.)
///
/// Shape: a and b [N, D] (or [D]); target [N] (or scalar).
public func cosineEmbeddingLoss(
  _ a: Tensor, _ b: Tensor, _ target: Tensor, margin: Double = 0, reduction: LossReduction = .mean
) -> Tensor {
  let name = "cosineEmbeddingLoss"
  guard requireEqualShapes(name, ("first", a), ("second", b)),
    requireSetting(name, !margin.isNaN, "a margin that is a number", got: margin)
  else { return a.sum() }
  let similarity = smoothCosine(a.uncast, b.uncast)
  guard requireEqualShapes(name, ("similarity", similarity), ("target", target)) else { return a.sum() }
  let apart = (similarity - margin).clamped(low: 0)
  return reduction(Tensor.where(target .> 0, 1 - similarity, apart))
}

/// a·b / √((a·a + ε)(b·b + ε)) along the last axis, ε = 10⁻¹².
private func smoothCosine(_ a: Tensor, _ b: Tensor) -> Tensor {
  let dtype = (a * b).dtype.floating
  let (x, y) = (inUnits(a.converted(to: dtype.statistics)), inUnits(b.converted(to: dtype.statistics)))
  let (xx, yy) = ((x.x * x.x).sum(axis: -1) + x.epsilon, (y.x * y.x).sum(axis: -1) + y.epsilon)
  return ((x.x * y.x).sum(axis: -1) * xx.rsqrt() * yy.rsqrt()).converted(to: dtype)
}

/// Vectors in units in which their squares stay in range, powers of two from 1, and ε in the square of these.
private func inUnits(_ x: Tensor) -> (x: Tensor, epsilon: Tensor) {
  guard x.elementCount > 0 else { return (x, Tensor(1e-12)) }
  let unit = x.detach().abs().max(axis: -1, keepDims: true).clamped(low: 1).log2().floor()
    .clamped(high: x.dtype == .float64 ? 1023 : 127).exp2()
  let share = 1e-6 / unit
  return (x / unit, (share * share).sum(axis: -1))
}

/// max(0, margin - t·(a - b)): a is to be above b where the target is 1, below where it is -1.
///
/// Shape: all of one shape; the result is a scalar, or of that shape for `.none`.
public func marginRankingLoss(
  _ a: Tensor, _ b: Tensor, _ target: Tensor, margin: Double = 0, reduction: LossReduction = .mean
) -> Tensor {
  guard requireEqualShapes("marginRankingLoss", ("first", a), ("second", b), ("target", target)) else { return a.sum() }
  return reduction(HingeError(margin: margin)(a - b, target))
}

/// max(0, d(a, p) - d(a, n) + margin), d(x, y) = ‖x - y + ε‖ₚ: the positive is to be nearer to the anchor than the
/// negative, by a margin (Balntas et al., 2016).
///
/// Shape: all [N, D] (or [D]); the result is a scalar, or [N] for `.none`.
/// - Parameters:
///   - order: The p of the distances' norm.
///   - swap: Whether the negative is to keep away from the positive, too: the smaller of d(a, n) and d(p, n) counts.
///   - epsilon: Added to each difference, as in PyTorch.
public func tripletMarginLoss(
  anchor: Tensor, positive: Tensor, negative: Tensor, margin: Double = 1, order: Double = 2, swap: Bool = false,
  epsilon: Double = 1e-6, reduction: LossReduction = .mean
) -> Tensor {
  let operands = [("anchor", anchor), ("positive", positive), ("negative", negative)]
  let name = "tripletMarginLoss"
  guard requireEqualShapes(name, operands[0], operands[1], operands[2]),
    requireSetting(name, !order.isNaN, "an order that is a number", got: order),
    requireSetting(name, epsilon.isFinite, "a finite epsilon", got: epsilon)
  else { return anchor.sum() }
  return tripletMarginLoss(
    anchor: anchor.uncast, positive: positive.uncast, negative: negative.uncast, margin: margin, swap: swap,
    reduction: reduction
  ) { pairwiseDistance($0, $1, order: order, epsilon: epsilon) }
}

/// The triplet loss with a distance of one's own: max(0, d(a, p) - d(a, n) + margin).
///
/// ```swift
/// tripletMarginLoss(anchor: a, positive: p, negative: n) { 1 - cosineSimilarity($0, $1) }
/// ```
/// Shape: all three of what `distance` takes; the result is a scalar, or of the distances' shape for `.none`.
public func tripletMarginLoss(
  anchor: Tensor, positive: Tensor, negative: Tensor, margin: Double = 1, swap: Bool = false,
  reduction: LossReduction = .mean, distance: (Tensor, Tensor) -> Tensor
) -> Tensor {
  guard requireSetting("tripletMarginLoss", margin > 0, "a margin above 0", got: margin) else { return anchor.sum() }
  let near = distance(anchor, positive)
  var far = distance(anchor, negative)
  if swap { far = minimum(far, distance(positive, negative)) }
  return reduction((near - far + margin).clamped(low: 0))
}
