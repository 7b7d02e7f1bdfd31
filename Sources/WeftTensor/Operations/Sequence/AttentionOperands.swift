/// The operands of attention's weights, with their leading axes broadcast.
struct AttentionOperands {
  var query, key, value: Tensor
  /// Added to the scores, [..., L, S].
  var bias: Tensor
  /// Where a query may attend, [..., L, S].
  var keep: Tensor
  /// The last key of each query, [..., L, 1].
  var limit: Tensor
  /// Which queries see which keys, all of this together; nil where all see all.
  var seen: Tensor?

  /// - Parameter inputs: Query, key, value and, maybe, a mask.
  init(_ inputs: [Tensor], isCausal: Bool) {
    let lead = inputs.prefix(3).reduce(Shape([])) { Shape.broadcast($0, $1.shape.leading) ?? $0 }
    (query, key, value) = (inputs[0].leading(lead), inputs[1].leading(lead), inputs[2].leading(lead))
    let (rows, keys) = (query.shape[-2], key.shape[-2])
    let mask = inputs.count > 3 ? inputs[3] : nil
    let isBool = mask?.dtype == .bool
    let weights = lead + [rows, keys]
    bias = ((isBool ? nil : mask) ?? Tensor(0.0, dtype: query.dtype)).expanded(to: weights)
    keep = ((isBool ? mask : nil) ?? Tensor(true)).expanded(to: weights)
    let last = isCausal ? Tensor(Array(0..<rows), shape: [rows, 1]) : Tensor(keys)
    limit = last.expanded(to: lead + [rows, 1])
    seen = Self.seen(mask: mask, isCausal: isCausal, queries: rows, keys: keys)
  }

  /// Which of the keys each of the queries sees; nil where neither a mask nor the causal order hides any.
  static func seen(mask: Tensor?, isCausal: Bool, queries: Int, keys: Int) -> Tensor? {
    // A mask that is added hides by -∞.
    let shown = mask.map { $0.dtype == .bool ? $0 : $0 .!= Tensor(weak: -.infinity) }
    guard isCausal else { return shown }
    let order = Tensor(Array(0..<keys)) .<= Tensor(Array(0..<queries)).unsqueezed(1)
    return shown.map { $0 .& order } ?? order
  }

  /// The weights of all keys for each query.
  ///
  /// - Parameter cap: The scores' bound c, by c · tanh(x / c), before anything is added to them; nil for none.
  func weights(_ scale: Double, cap: Double? = nil) -> Tensor {
    let products = query.product(key.transposed(), where: seen)
    guard let cap else { return apply(AttentionWeights(scale: scale), [products, bias, keep, limit])[0] }
    let scores = (products * (scale / cap)).tanh() * cap
    return apply(AttentionWeights(scale: 1), [scores, bias, keep, limit])[0]
  }

  /// The values, weighted; those that are hidden from a query take no part.
  func attended(_ weights: Tensor) -> Tensor { weights.masked(by: seen, times: value) }
}

extension Tensor {
  /// The product where `mask` is true, else 0; everywhere without one.
  func product(_ other: Tensor, where mask: Tensor?, dtype: DType? = nil) -> Tensor {
    guard let mask else { return matmul(other, dtype: dtype) }
    return apply(ProductWhere(dtype: dtype), [self, other, mask])[0]
  }

  /// The product with `other` of what `mask` shows of this tensor; of all of it without one.
  package func masked(by mask: Tensor?, times other: Tensor, dtype: DType? = nil) -> Tensor {
    guard let mask else { return matmul(other, dtype: dtype) }
    return apply(MaskedProduct(dtype: dtype), [self, other, mask])[0]
  }
}

extension Shape {
  /// The axes before the last two.
  var leading: Shape { Shape(sizes.dropLast(2)) }
}

extension Tensor {
  /// This tensor with the axes before the last two broadcast to `lead`.
  func leading(_ lead: Shape) -> Tensor { expanded(to: lead + Shape(shape.sizes.suffix(2))) }
}

/// The checks and messages of attention.
struct AttentionCheck {
  let operation: String
  let inputs: [TensorSpec]

  private func error(
    _ expected: String, _ got: String, _ hint: String = "", code: TensorError.Code = .shape
  ) -> TensorError {
    TensorError(
      code, operation: operation, operands: Array(zip(["query", "key", "value", "mask"], inputs)),
      expected: expected, got: got, hint: hint)
  }

  /// The axes that query, key and value broadcast to before their last two.
  func leadingAxes() throws(TensorError) -> Shape {
    let (query, key, value) = (inputs[0].shape, inputs[1].shape, inputs[2].shape)
    guard min(query.rank, key.rank, value.rank) >= 2 else {
      throw error("at least 2 axes, [..., positions, features]", "\(query), \(key) and \(value)")
    }
    guard query[-1] == key[-1] else {
      throw error("the key's last axis to have size \(query[-1]), the query's", "\(key[-1])")
    }
    guard key[-2] == value[-2] else {
      throw error(
        "the value's axis -2 to have size \(key[-2]), the key's", "\(value[-2])",
        "positions are axis -2, with heads before them: [batch, heads, positions, features]")
    }
    guard let pair = Shape.broadcast(query.leading, key.leading), let lead = Shape.broadcast(pair, value.leading) else {
      throw error(
        "axes before the last two that broadcast", "\(query.leading), \(key.leading) and \(value.leading)")
    }
    try mask(lead + [query[-2], key[-2]])
    return lead
  }

  private func mask(_ weights: Shape) throws(TensorError) {
    guard inputs.count > 3 else { return }
    let mask = inputs[3]
    guard Shape.broadcast(mask.shape, weights) == weights else {
      throw error(
        "a mask that broadcasts to \(weights), [..., queries, keys]", "\(mask.shape)",
        "a mask of keys, [batch, keys], needs axes for heads and queries: `mask.unsqueezed(1).unsqueezed(1)`")
    }
    guard mask.dtype == .bool || mask.dtype.isFloatingPoint else {
      throw error("a mask of bool (true: attend) or of floating point (added)", "\(mask.dtype)", code: .dtype)
    }
  }
}
