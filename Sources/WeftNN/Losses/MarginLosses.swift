import WeftTensor

/// Σ max(0, margin - x[y] + x[i])ᵖ / classes over all classes i but the sample's own, y: its score is to be above all others
/// (Crammer and Singer, 2001).
///
/// Shape: scores [N, classes], or [classes] for a single sample; indices [N] or [] of an integer type. The result is a
/// scalar, or of the indices' shape for `.none`.
/// - Parameters:
///   - power: p, 1 or 2.
///   - weight: One factor per class, for the samples of that class.
public func multiMarginLoss(
  _ scores: Tensor, classIndices: Tensor, power: Int = 1, margin: Double = 1, weight: Tensor? = nil,
  reduction: LossReduction = .mean
) -> Tensor {
  let name = "multiMarginLoss"
  guard power == 1 || power == 2 else {
    return .failed(TensorError(.value, operation: name, expected: "a power of 1 or 2", got: "\(power)"))
  }
  guard requireSetting(name, !margin.isNaN, "a margin that is a number", got: margin) else { return scores.sum() }
  guard scores.rank == 1 || scores.rank == 2 else { return .failed(.classes(of: scores, name)) }
  if let error = TensorError.labels(classIndices, of: scores, shape: Shape(scores.shape.sizes.dropLast()), name) {
    return .failed(error)
  }
  let (dtype, scores) = (scores.uncast.dtype.floating, scores.wide)
  let places = classIndices.unsqueezed(-1)
  let gaps = positive(margin - scores.gathered(places, axis: -1) + scores)
  let isOwn = places .== Tensor((0..<scores.shape[-1]).map { $0 }, shape: [scores.shape[-1]])
  var losses = Tensor.where(isOwn, 0, power == 1 ? gaps : gaps * gaps)
  if let weight {
    guard weight.shape == [scores.shape[-1]] else {
      return .failed(
        TensorError(
          .shape, operation: name, operands: [("scores", scores.spec), ("weight", weight.spec)],
          expected: "one weight per class: [\(scores.shape[-1])]", got: "\(weight.shape)"))
    }
    losses = losses * weight.indexSelected(places.flattened(), axis: 0).reshaped(to: places.shape)
  }
  return reduction(losses.sum(axis: -1) / Double(scores.shape[-1])).converted(to: dtype)
}

/// ΣΣ max(0, 1 - x[j] + x[i]) / classes over the sample's classes j and all others i: each of its classes is to be above
/// all that are not.
///
/// Shape: scores [N, classes], or [classes] for a single sample; indices of the scores' shape and an integer type: the
/// sample's classes first, then -1 (what follows is not read). The result is a scalar, or [N] for `.none`.
public func multiLabelMarginLoss(
  _ scores: Tensor, classIndices: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  let name = "multiLabelMarginLoss"
  guard scores.rank == 1 || scores.rank == 2 else { return .failed(.classes(of: scores, name)) }
  if let error = TensorError.labels(classIndices, of: scores, shape: scores.shape, name) { return .failed(error) }
  let (dtype, scores) = (scores.uncast.dtype.floating, scores.wide)
  let counts = (classIndices .>= 0).converted(to: scores.dtype).cumulativeProduct(axis: -1)
  // What is not read points at class 0, and counts for nothing.
  let places = Tensor.where(counts .> 0, classIndices, 0)
  let isOwn = Tensor(zeros: scores.shape, dtype: scores.dtype).scatterAdded(counts, at: places, axis: -1) .> 0
  let own = scores.gathered(places, axis: -1)
  let gaps = positive(1 - own.unsqueezed(-1) + scores.unsqueezed(-2))
  let losses = Tensor.where(isOwn.unsqueezed(-2) .| (counts .<= 0).unsqueezed(-1), 0, gaps)
  return reduction(losses.sum(axes: [-2, -1]) / Double(scores.shape[-1])).converted(to: dtype)
}

/// The gaps above 0, alone with a gradient, and 0 for others and for NaN: as PyTorch's kernels of these losses have it.
private func positive(_ gaps: Tensor) -> Tensor { Tensor.where(gaps .> 0, gaps, 0) }

extension TensorError {
  /// Scores whose axes are not samples and classes.
  static func classes(of scores: Tensor, _ operation: String) -> TensorError {
    TensorError(
      .shape, operation: operation, operands: [("scores", scores.spec)],
      expected: "scores [batch, classes] or [classes]", got: "\(scores.shape)")
  }

  /// What is wrong with class indices, apart from their range.
  fileprivate static func labels(
    _ indices: Tensor, of scores: Tensor, shape: Shape, _ operation: String
  ) -> TensorError? {
    let operands = [(name: "scores", spec: scores.spec), (name: "classIndices", spec: indices.spec)]
    guard indices.dtype.isInteger else {
      return TensorError(
        .dtype, operation: operation, operands: operands, expected: "class indices of an integer type",
        got: "\(indices.dtype)")
    }
    guard indices.shape != shape else { return nil }
    return TensorError(
      .shape, operation: operation, operands: operands, expected: "class indices \(shape)", got: "\(indices.shape)")
  }
}
