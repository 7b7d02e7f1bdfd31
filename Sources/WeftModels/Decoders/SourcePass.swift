import WeftTensor

/// What the positions of a decoder see of the source that its encoder has read.
protocol SourcePass {
  /// The attention of queries [..., T, heads, d] to the source; as the queries.
  ///
  /// - Parameter keys: Makes keys and values, [N, S, heads, d], of the encoder's states.
  func attend(_ query: Tensor, _ scope: LayerScope, keys: (Tensor) -> (key: Tensor, value: Tensor)) -> Tensor
}

/// The sources of texts side by side, whose gradients are wanted.
struct BatchSource: SourcePass {
  /// The encoder's states, [N, S, E].
  let states: Tensor
  /// Which of them stand for something, [N, 1, 1, S] of bool; nil for all.
  let mask: Tensor?

  func attend(_ query: Tensor, _ scope: LayerScope, keys: (Tensor) -> (key: Tensor, value: Tensor)) -> Tensor {
    let (key, value) = keys(states)
    return scaledDotProductAttention(
      query: query.transposed(1, 2), key: key.transposed(1, 2), value: value.transposed(1, 2), attentionMask: mask,
      scale: scope.scale, dropout: scope.dropout
    ).transposed(1, 2)
  }
}

/// The sources of texts that caches continue, whose keys and values these hold.
struct SequenceSource: SourcePass {
  let parts: [SequencePass.Part]

  func attend(_ query: Tensor, _ scope: LayerScope, keys: (Tensor) -> (key: Tensor, value: Tensor)) -> Tensor {
    let results = parts.map { part in
      let own =
        parts.count == 1 ? query : query.sliced(axis: 0, from: part.range.lowerBound, to: part.range.upperBound)
      // Who has no source sees nothing of one.
      guard part.cache.source.indices.contains(scope.layer) else { return own * 0 }
      let source = part.cache.source[scope.layer]
      return attention(
        query: own.transposed(0, 1), key: source.key, value: source.value, mask: nil, isCausal: false,
        scale: scope.scale, dropout: 0
      ).transposed(0, 1)
    }
    return results.count == 1 ? results[0] : concatenated(results, axis: 0)
  }
}
