import WeftTensor

/// (x - t)², averaged.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor, reduction: LossReduction = .mean) -> Tensor {
  elementwise(SquaredError(), "meanSquaredError", prediction, target, reduction)
}

/// |x - t|, averaged.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
public func meanAbsoluteError(_ prediction: Tensor, _ target: Tensor, reduction: LossReduction = .mean) -> Tensor {
  elementwise(AbsoluteError(), "meanAbsoluteError", prediction, target, reduction)
}

/// The squared error near the target, the absolute error beyond `delta`, which is above 0 (Huber, 1964), averaged.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
public func huberLoss(
  _ prediction: Tensor, _ target: Tensor, delta: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  elementwise(HuberError(delta: delta), "huberLoss", prediction, target, reduction)
}

/// The Huber loss with δ = `beta`, divided by it: its slope beyond is 1. With a `beta` of 0, the absolute error.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
public func smoothL1Loss(
  _ prediction: Tensor, _ target: Tensor, beta: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  beta == 0
    ? elementwise(AbsoluteError(), "smoothL1Loss", prediction, target, reduction)
    : elementwise(SmoothL1Error(beta: beta), "smoothL1Loss", prediction, target, reduction)
}

/// max(0, margin - t·x) for targets of 1 and -1, averaged.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
public func hingeLoss(
  _ prediction: Tensor, _ target: Tensor, margin: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  elementwise(HingeError(margin: margin), "hingeLoss", prediction, target, reduction)
}

/// x for targets of 1, max(0, margin - x) for targets of -1, averaged: x is a distance, small for pairs that belong
/// together.
///
/// Shape: both of one shape; the result is a scalar, or of that shape for `.none`.
public func hingeEmbeddingLoss(
  _ distance: Tensor, _ target: Tensor, margin: Double = 1, reduction: LossReduction = .mean
) -> Tensor {
  elementwise(HingeEmbeddingError(margin: margin), "hingeEmbeddingLoss", distance, target, reduction)
}
