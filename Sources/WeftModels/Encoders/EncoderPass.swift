import WeftTensor

/// The positions of an encoder: each sees all.
struct EncoderPass: DecoderPass {
  let positions: Tensor
  /// Added to the scores, or which keys are seen: broadcasts to [N, heads, T, T]; nil for nothing.
  let mask: Tensor?

  init(count: Int, mask: Tensor?) { (positions, self.mask) = (Tensor(arange: count), mask) }

  func turn(isWindowed: Bool) -> RotaryTurn? { nil }

  func attend(_ query: Tensor, _ key: Tensor, _ value: Tensor, _ scope: LayerScope) -> Tensor {
    // Keys and values that the mask hides are finite: they come of padding's own embeddings.
    attention(
      query: query.transposed(1, 2), key: key.transposed(1, 2), value: value.transposed(1, 2), mask: mask,
      isCausal: false, scale: scope.scale, dropout: scope.dropout
    ).transposed(1, 2)
  }
}
