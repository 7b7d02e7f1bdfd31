import WeftTensor

extension Operator {
  /// Attention over a sequence, and the positions in it.
  static let attention: [Operator] = [
    .several("Attention") { try attend($0) },
    Operator("RotaryEmbedding", fixed: [1, 2]) { call in
      let x = try call.tensor(0)
      return try rotated(
        x, cosine: try call.tensor(1), sine: try call.tensor(2), positions: try call.tensorIfAny(3),
        heads: try call.attributes.int("num_heads", 0), width: try call.attributes.int("rotary_embedding_dim", 0),
        isInterleaved: try call.attributes.flag("interleaved"))
    },
    .several("LinearAttention") { try linearAttention($0) },
  ]

  /// [batch, steps, heads·size] as [batch, heads, steps, size].
  static func heads(_ x: Tensor, _ count: Int) throws -> Tensor {
    guard x.rank == 3, count > 0, x.shape[2] % count == 0 else {
      throw NodeFailure(expected: "[batch, steps, \(count)·size]", got: "\(x.spec)")
    }
    return x.reshaped(to: [x.shape[0], x.shape[1], count, x.shape[2] / count]).transposed(1, 2)
  }

  /// The reverse.
  static func joinedHeads(_ x: Tensor) -> Tensor {
    let y = x.transposed(1, 2)
    return y.reshaped(to: [y.shape[0], y.shape[1], y.shape[2] * y.shape[3]])
  }

  private static func attend(_ call: NodeCall) throws -> [Tensor] {
    var (q, k, v) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
    let isFlat = q.rank == 3
    if isFlat {
      let (ofQuery, ofKey) = (try call.attributes.int("q_num_heads", 0), try call.attributes.int("kv_num_heads", 0))
      (q, k, v) = (try heads(q, ofQuery), try heads(k, ofKey), try heads(v, ofKey))
    }
    guard q.rank == 4, k.rank == 4, v.rank == 4 else {
      throw NodeFailure(expected: "[batch, heads, steps, size]", got: "\(q.spec), \(k.spec), \(v.spec)")
    }
    let past = try call.tensorIfAny(4)
    let (keys, values) = (
      past.map { concatenated([$0, k], axis: 2) } ?? k,
      try call.tensorIfAny(5).map { concatenated([$0, v], axis: 2) } ?? v
    )
    let bias = try bias(call, q, keys, past: past?.shape[2] ?? 0)
    let scale = try call.attributes.float("scale") ?? 1 / Double(q.shape[3]).squareRoot()
    let cap = try call.attributes.float("softcap", 0)
    let repeats = q.shape[1] / max(keys.shape[1], 1)
    let wide = repeats > 1 ? keys.repeatInterleaved(repeats, axis: 1) : keys
    let wideValues = repeats > 1 ? values.repeatInterleaved(repeats, axis: 1) : values
    var scores = (q * scale.squareRoot()).matmul((wide * scale.squareRoot()).transposed())
    let plain = scores
    if cap > 0 { scores = (scores / cap).tanh() * cap }
    let capped = scores
    if let bias { scores = scores + bias.converted(to: scores.dtype) }
    let precise = try call.dtype("softmax_precision").map { scores.converted(to: $0) } ?? scores
    let weights = bias == nil ? precise.softmax(axis: -1) : closedSoftmax(precise)
    let seen = [plain, capped, scores, weights][min(max(try call.attributes.int("qk_matmul_output_mode", 0), 0), 3)]
    let y = weights.matmul(wideValues.converted(to: weights.dtype)).converted(to: q.dtype)
    return [isFlat ? joinedHeads(y) : y, keys, values, seen.converted(to: q.dtype)]
  }

  /// Softmax over the last axis; where nothing is open, all zeros. What is no number is not hidden.
  private static func closedSoftmax(_ scores: Tensor) -> Tensor {
    let isOpen = (scores .!= -Double.infinity).any(axis: -1, keepDims: true)
    let zero = Tensor(0, dtype: scores.dtype)
    return Tensor.where(isOpen, Tensor.where(isOpen, scores, zero).softmax(axis: -1), zero)
  }

  /// What is added to the scores: the mask, what lies ahead or too far away, and what is padding.
  private static func bias(_ call: NodeCall, _ q: Tensor, _ keys: Tensor, past: Int) throws -> Tensor? {
    let (steps, count) = (q.shape[2], keys.shape[2])
    var bias: Tensor?
    func add(keeping mask: Tensor) {
      let closed = Tensor.where(mask, Tensor(0, dtype: .float32), Tensor(-Double.infinity, dtype: .float32))
      bias = bias.map { $0 + closed } ?? closed
    }
    if let mask = try call.tensorIfAny(3) {
      let missing = count - (mask.shape.sizes.last ?? count)
      if mask.dtype == .bool {
        add(keeping: missing > 0 ? mask.converted(to: .uint8).padded([(0, missing)]).converted(to: .bool) : mask)
      } else {
        bias = missing > 0 ? mask.padded([(0, missing)], mode: .constant(-.infinity)) : mask
      }
    }
    let lengths = try call.tensorIfAny(6).map { $0.converted(to: .int64).reshaped(to: [$0.elementCount, 1, 1, 1]) }
    // The queries are the last of the steps before padding, where a cache was filled outside.
    let offset = call.has(4) ? Tensor(past) : lengths.map { $0 - steps } ?? Tensor(0)
    let (places, others) = (Tensor(arange: steps).unsqueezed(1) + offset, Tensor(arange: count))
    if try call.attributes.flag("is_causal") { add(keeping: places .>= others) }
    if let reach = try call.attributes.int("left_window_size"), reach >= 0 {
      add(keeping: others .>= places - min(reach, 1 << 40))
    }
    if let reach = try call.attributes.int("right_window_size"), reach >= 0 {
      add(keeping: others .<= places + min(reach, 1 << 40))
    }
    if let lengths { add(keeping: others .< lengths) }
    return bias
  }

  static func rotated(
    _ given: Tensor, cosine: Tensor, sine: Tensor, positions: Tensor?, heads count: Int, width: Int,
    isInterleaved: Bool
  ) throws -> Tensor {
    // [batch, steps, heads, size]
    let x = given.rank == 3 ? try heads(given, max(count, 1)).transposed(1, 2) : given.transposed(1, 2)
    let size = x.shape[3]
    let turned = width > 0 ? width : size
    guard turned <= size, turned % 2 == 0 else {
      throw NodeFailure(expected: "an even width within \(size)", got: "\(turned)")
    }
    func angles(_ cache: Tensor) throws -> Tensor {
      let chosen =
        try positions.map { places in
          cache.indexSelected(try fromFront(places, cache.shape[0]).reshaped(-1), axis: 0)
            .reshaped(to: Shape(places.shape.sizes + [cache.shape[-1]]))
        } ?? cache
      return chosen.unsqueezed(2).narrowed(axis: -1, from: 0, count: turned / 2)
    }
    let (cos, sin) = (try angles(cosine), try angles(sine))
    let part = x.narrowed(axis: -1, from: 0, count: turned)
    let first = isInterleaved ? part.sliced(axis: -1, step: 2) : part.narrowed(axis: -1, from: 0, count: turned / 2)
    let second =
      isInterleaved
      ? part.sliced(axis: -1, from: 1, step: 2) : part.narrowed(axis: -1, from: turned / 2, count: turned / 2)
    let (real, imaginary) = (cos * first - sin * second, sin * first + cos * second)
    let mixed =
      isInterleaved
      ? stacked([real, imaginary], axis: -1).reshaped(to: part.shape) : concatenated([real, imaginary], axis: -1)
    let whole =
      turned < size ? concatenated([mixed, x.narrowed(axis: -1, from: turned, count: size - turned)], axis: -1) : mixed
    return given.rank == 3 ? whole.reshaped(to: given.shape) : whole.transposed(1, 2)
  }

  /// Attention without a softmax: a state of keys times values, read by the queries.
  private static func linearAttention(_ call: NodeCall) throws -> [Tensor] {
    let attributes = call.attributes
    let (ofQuery, ofKey) = (try attributes.int("q_num_heads", 1), try attributes.int("kv_num_heads", 1))
    let given = try call.tensor(0)
    let q = try heads(given, ofQuery).converted(to: .float32)
    let (k, v) = (
      try heads(try call.tensor(1), ofKey).converted(to: .float32),
      try heads(try call.tensor(2), ofKey).converted(to: .float32)
    )
    let rule = try attributes.text("update_rule", "gated_delta")
    let decays = rule.hasPrefix("gated")
    let corrects = rule.hasSuffix("delta")
    let decay = try call.tensorIfAny(4).map { try heads($0, ofKey).converted(to: .float32).exp() }
    let beta = try call.tensorIfAny(5).map { try heads($0, $0.shape[-1]).converted(to: .float32) }
    let stated = try attributes.float("scale", 0)
    let scale = stated == 0 ? 1 / Double(k.shape[3]).squareRoot() : stated
    let past = try call.tensorIfAny(3)
    var state = past?.converted(to: .float32) ?? Tensor(zeros: [k.shape[0], ofKey, k.shape[3], v.shape[3]])
    var outputs: [Tensor] = []
    func step(_ x: Tensor, _ place: Int) -> Tensor { x.narrowed(axis: 2, from: place, count: 1).squeezed(2) }
    for place in 0..<(try call.steps(of: q, axis: 2)) {
      if decays, let decay { state = state * step(decay, place).unsqueezed(-1) }
      let key = step(k, place).unsqueezed(-1)
      var value = step(v, place)
      if corrects, let beta { value = step(beta, place) * (value - (state * key).sum(axis: 2)) }
      state = state + key * value.unsqueezed(2)
      let wide = ofQuery > ofKey ? state.repeatInterleaved(ofQuery / ofKey, axis: 1) : state
      outputs.append((step(q, place).unsqueezed(-1) * wide).sum(axis: 2) * scale)
    }
    guard !outputs.isEmpty else { throw NodeFailure(expected: "at least one step", got: "\(given.spec)") }
    return [
      joinedHeads(stacked(outputs, axis: 2)).converted(to: given.dtype),
      state.converted(to: past?.dtype ?? given.dtype),
    ]
  }
}
