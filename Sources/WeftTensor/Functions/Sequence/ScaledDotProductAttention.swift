/// softmax(query·keyᵀ·scale + mask)·value (Vaswani et al., "Attention Is All You Need", 2017).
///
/// As in PyTorch, a query to which the masks leave no key gives zeros, and a causal mask counts positions from the
/// first query and the first key. Keys and values do not matter to queries from which a mask or the causal order hides
/// them, even where they are not finite, nor in derivatives of any order.
///
/// Shape: query [..., L, E], key [..., S, E], value [..., S, V]; result [..., L, V]. Leading axes broadcast.
/// - Parameters:
///   - attentionMask: Broadcasts to [..., L, S]. Of bool, true where a query may attend to a key; else added to the
///     scores.
///   - isCausal: Query i attends to the keys 0 through i only; may be combined with a mask.
///   - scale: Left out, 1/√E.
///   - sharesHeads: Queries have a multiple of the keys' and values' heads (axis -3), and each group of them shares one
///     (Ainslie et al., "GQA", 2023; PyTorch's `enable_gqa`).
///   - dropout: The rate at which weights are set to 0, the others growing to make up for it.
///   - stream: Where the dropout's random numbers come from; left out, the next stream of the process-wide generator.
public func scaledDotProductAttention(
  query: Tensor, key: Tensor, value: Tensor, attentionMask: Tensor? = nil, isCausal: Bool = false,
  scale: Double? = nil, sharesHeads: Bool = false, dropout: Double = 0, using stream: RandomStream? = nil
) -> Tensor {
  let (key, value) = sharesHeads ? (key.repeatingHeads(for: query), value.repeatingHeads(for: query)) : (key, value)
  return attention(
    query: query, key: key, value: value, mask: attentionMask, isCausal: isCausal, scale: scale, dropout: dropout,
    using: stream)
}

/// The same, under the mask's former name.
@available(*, deprecated, message: "the mask is called attentionMask, as in every layer")
public func scaledDotProductAttention(
  query: Tensor, key: Tensor, value: Tensor, mask: Tensor?, isCausal: Bool = false, scale: Double? = nil,
  sharesHeads: Bool = false, dropout: Double = 0, using stream: RandomStream? = nil
) -> Tensor {
  scaledDotProductAttention(
    query: query, key: key, value: value, attentionMask: mask, isCausal: isCausal, scale: scale,
    sharesHeads: sharesHeads, dropout: dropout, using: stream)
}

/// The same for as many heads of each.
///
/// - Parameter cap: The bound c of the scores, by c · tanh(x / c), before the mask is added; nil for none.
package func attention(
  query: Tensor, key: Tensor, value: Tensor, mask: Tensor?, isCausal: Bool, scale: Double? = nil, dropout: Double,
  cap: Double? = nil, using stream: RandomStream? = nil
) -> Tensor {
  let inputs = [query, key, value] + (mask.map { [$0] } ?? [])
  let scale = scale ?? 1 / Double(max(query.shape.sizes.last ?? 1, 1)).squareRoot()
  if dropout == 0, cap == nil { return apply(Attention(scale: scale, isCausal: isCausal), inputs)[0] }
  guard (0...1).contains(dropout) else {
    return .failed(
      TensorError(.value, operation: Attention.name, expected: "a dropout rate in 0 ... 1", got: "\(dropout)"))
  }
  do throws(TensorError) {
    _ = try AttentionCheck(operation: Attention.name, inputs: inputs.map(\.spec)).leadingAxes()
  } catch {
    return .failed(error)
  }
  // The weights that stay are kept for the gradient, so all weights stand in memory here.
  let operands = AttentionOperands(inputs, isCausal: isCausal)
  let weights = operands.weights(scale, cap: cap)
  if dropout == 0 { return operands.attended(weights) }
  let kept = Tensor(
    bernoulli: weights.shape, probability: 1 - dropout, dtype: weights.dtype, using: stream ?? Random.nextStream())
  return operands.attended(weights * kept * (dropout < 1 ? 1 / (1 - dropout) : 0))
}

/// The weights of `scaledDotProductAttention`: softmax(query·keyᵀ·scale + mask).
///
/// Shape: query [..., L, E], key [..., S, E]; result [..., L, S]. The other arguments are the same.
public func attentionWeights(
  query: Tensor, key: Tensor, attentionMask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil
) -> Tensor {
  attentionWeights(query, key, value: nil, attentionMask, isCausal, scale).weights
}

/// The same, under the mask's former name.
@available(*, deprecated, renamed: "attentionWeights(query:key:attentionMask:isCausal:scale:)")
public func attentionWeights(
  query: Tensor, key: Tensor, mask: Tensor?, isCausal: Bool = false, scale: Double? = nil
) -> Tensor {
  attentionWeights(query: query, key: key, attentionMask: mask, isCausal: isCausal, scale: scale)
}

/// The weights, and what weighs the values with them where values are given: those that are hidden from a query take no part.
package func attentionWeights(
  _ query: Tensor, _ key: Tensor, value: Tensor?, _ mask: Tensor?, _ isCausal: Bool, _ scale: Double? = nil
) -> (weights: Tensor, attended: (_ weights: Tensor) -> Tensor) {
  let inputs = [query, key, value ?? key] + (mask.map { [$0] } ?? [])
  do throws(TensorError) {
    _ = try AttentionCheck(operation: Attention.name, inputs: inputs.map(\.spec)).leadingAxes()
  } catch {
    return (.failed(error), { $0 })
  }
  let scale = scale ?? 1 / Double(max(query.shape.sizes.last ?? 1, 1)).squareRoot()
  let operands = AttentionOperands(inputs, isCausal: isCausal)
  return (operands.weights(scale), operands.attended)
}

extension Tensor {
  /// Each of these heads (axis -3) as often as makes one for each head of `query`; these alone where that is no whole number,
  /// so that attention refuses them.
  fileprivate func repeatingHeads(for query: Tensor) -> Tensor {
    guard rank >= 3, query.rank >= 3, shape[-3] > 0, query.shape[-3] % shape[-3] == 0 else { return self }
    return repeatInterleaved(query.shape[-3] / shape[-3], axis: -3)
  }
}
