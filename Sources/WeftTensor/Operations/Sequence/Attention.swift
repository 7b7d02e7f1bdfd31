// Attention, made of products and one pass of masked softmax.

/// softmax(query·keyᵀ·scale + mask)·value (Vaswani et al., "Attention Is All You Need", 2017).
///
/// As in PyTorch, a query to which the masks leave no key gives zeros, and a causal mask counts positions from the
/// first query and the first key.
///
/// Shape: query [..., L, E], key [..., S, E], value [..., S, V]; result [..., L, V]. Leading axes broadcast.
/// - Parameters:
///   - mask: Broadcasts to [..., L, S]. Of bool, true where a query may attend to a key; else added to the scores.
///   - isCausal: Query i attends to the keys 0 through i only; may be combined with a mask.
///   - scale: Left out, 1/√E.
///   - dropout: The rate at which weights are set to 0, the others growing to make up for it.
///   - stream: Where the dropout's random numbers come from; left out, the next stream of the process-wide generator.
public func scaledDotProductAttention(
  query: Tensor, key: Tensor, value: Tensor, mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil,
  dropout: Double = 0, using stream: RandomStream? = nil
) -> Tensor {
  if let error = attentionError(query, key, value, mask, dropout) { return .failed(error) }
  var weights = maskedWeights(query, key, mask, isCausal, scale)
  if dropout > 0 {
    let kept = Tensor(
      bernoulli: weights.shape, probability: 1 - dropout, dtype: weights.dtype, using: stream ?? Random.nextStream())
    weights = weights * kept * (dropout < 1 ? 1 / (1 - dropout) : 0)
  }
  return weights.matmul(value)
}

/// The weights of `scaledDotProductAttention`: softmax(query·keyᵀ·scale + mask).
///
/// Shape: query [..., L, E], key [..., S, E]; result [..., L, S]. The other arguments are the same.
public func attentionWeights(
  query: Tensor, key: Tensor, mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil
) -> Tensor {
  if let error = attentionError(query, key, key, mask, 0) { return .failed(error) }
  return maskedWeights(query, key, mask, isCausal, scale)
}

private func maskedWeights(
  _ query: Tensor, _ key: Tensor, _ mask: Tensor?, _ isCausal: Bool, _ scale: Double?
) -> Tensor {
  let scores = query.matmul(key.transposed())
  let isBool = mask?.dtype == .bool
  let bias = (isBool ? nil : mask) ?? Tensor(0.0, dtype: scores.dtype)
  let keep = (isBool ? mask : nil) ?? Tensor(true)
  let length = query.shape[-2]
  let limit = isCausal ? Tensor(Array(0..<length), shape: [length, 1]) : Tensor(key.shape[-2])
  let operation = AttentionWeights(scale: scale ?? 1 / Double(max(query.shape[-1], 1)).squareRoot())
  return apply(operation, [scores, bias, keep, limit])[0]
}

private func attentionError(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, _ mask: Tensor?, _ dropout: Double
) -> TensorError? {
  func error(
    _ expected: String, _ got: String, _ hint: String = "", code: TensorError.Code = .shape
  ) -> TensorError {
    let operands = [("query", query.spec), ("key", key.spec), ("value", value.spec)]
    return TensorError(
      code, operation: "attention", operands: operands + (mask.map { [("mask", $0.spec)] } ?? []),
      expected: expected, got: got, hint: hint)
  }
  guard min(query.rank, key.rank, value.rank) >= 2 else {
    return error("at least 2 axes, [..., positions, features]", "\(query.shape), \(key.shape) and \(value.shape)")
  }
  guard query.shape[-1] == key.shape[-1] else {
    return error("the key's last axis to have size \(query.shape[-1]), the query's", "\(key.shape[-1])")
  }
  guard key.shape[-2] == value.shape[-2] else {
    return error(
      "the value's axis -2 to have size \(key.shape[-2]), the key's", "\(value.shape[-2])",
      "positions are axis -2: heads before them, [batch, heads, positions, features]")
  }
  guard (0...1).contains(dropout) else { return error("a dropout rate in 0 ... 1", "\(dropout)", code: .value) }
  guard let mask else { return nil }
  let weights = Shape([query.shape[-2], key.shape[-2]])
  guard mask.rank > 0, Shape.broadcast(Shape(mask.shape.sizes.suffix(2)), weights) == weights else {
    return error(
      "a mask that broadcasts to [..., \(weights[0]), \(weights[1])]", "\(mask.shape)",
      "a mask of keys, [batch, \(weights[1])], needs axes for heads and queries: `mask.unsqueezed(1).unsqueezed(1)`")
  }
  guard mask.dtype == .bool || mask.dtype.isFloatingPoint else {
    return error("a mask of bool (true: attend) or of floating point (added)", "\(mask.dtype)", code: .dtype)
  }
  return nil
}
