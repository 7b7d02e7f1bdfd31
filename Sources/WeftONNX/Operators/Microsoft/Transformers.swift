import WeftTensor

extension Operator {
  /// What language models that were exported for ONNX Runtime are made of.
  static let transformers: [Operator] = [
    Operator("RotaryEmbedding", domain: microsoft, fixed: [1, 2, 3]) { call in
      let x = try call.tensor(0)
      return try turned(call, x, try call.tensor(1), try call.tensor(2), try call.tensor(3))
    },
    .several("GroupQueryAttention", domain: microsoft, fixed: [5, 6, 7, 8]) { try groupAttention($0) },
    .several("MultiHeadAttention", domain: microsoft) { try multiHeadAttention($0) },
    Operator("MatMulNBits", domain: microsoft, fixed: [1, 2, 3, 4]) { try PackedMatrix($0).product },
    Operator("GatherBlockQuantized", domain: microsoft, fixed: [0, 1, 2, 3]) { try packedRows($0) },
  ]

  /// Rows of a table of 4 or 8 bits in blocks with a scale each: the embeddings beside `MatMulNBits`.
  private static func packedRows(_ call: NodeCall) throws -> Tensor {
    let (table, indices, scales) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
    let (bits, block) = (try call.attributes.int("bits", 4), try call.attributes.int("block_size", 128))
    guard table.dtype == .uint8, table.rank == 2, scales.rank == 2, scales.shape[0] == table.shape[0],
      [4, 8].contains(bits), block > 0, try call.attributes.int("gather_axis", 0) == 0,
      [-1, 1].contains(try call.attributes.int("quantize_axis", 1))
    else { throw NodeFailure(expected: "rows of bytes in blocks", got: "\(table.spec), scales \(scales.spec)") }
    let places = try fromFront(indices, table.shape[0])
    func rows(_ x: Tensor) -> Tensor { x.indexSelected(places.reshaped(to: [places.elementCount]), axis: 0) }
    let numbers = PackedNumbers.unpacked(rows(table), bits)
    let factors = try Quantization.spread(rows(scales), over: numbers, 1, block: block)
    var zero = Tensor(Double(1 << (bits - 1)), dtype: scales.dtype)
    if let stated = try call.tensorIfAny(3) {
      let each = PackedNumbers.unpacked(rows(stated.reshaped(to: [table.shape[0], -1])), bits)
      zero = try Quantization.spread(
        each.narrowed(axis: 1, from: 0, count: scales.shape[1]).converted(to: scales.dtype), over: numbers, 1,
        block: block)
    }
    return ((numbers.converted(to: scales.dtype) - zero) * factors)
      .reshaped(to: Shape(places.shape.sizes + [numbers.shape[1]]))
  }

  private static func turned(
    _ call: NodeCall, _ x: Tensor, _ positions: Tensor, _ cosine: Tensor, _ sine: Tensor
  ) throws -> Tensor {
    let steps = x.rank == 4 ? x.shape[2] : x.shape[1]
    // One number is the place of the first step.
    let places =
      positions.elementCount == 1
      ? (Tensor(arange: steps) + positions.reshaped(to: []).converted(to: .int64)).unsqueezed(0) : positions
    var count = try call.attributes.int("num_heads", 0)
    let width = try call.attributes.int("rotary_embedding_dim", 0)
    if count == 0, x.rank == 3 { count = x.shape[2] / max(2 * cosine.shape[-1], 1) }
    return try rotated(
      x, cosine: cosine, sine: sine, positions: places, heads: count,
      width: width > 0 ? width : 2 * cosine.shape[-1], isInterleaved: try call.attributes.flag("interleaved"))
  }

  /// Softmax of masked scores, times values; all as [batch, heads, steps, size].
  /// - Parameter sink: A score of each head, or of all, that takes its share and gives nothing; nil for none.
  static func attended(
    _ call: NodeCall, _ q: Tensor, _ k: Tensor, _ v: Tensor, bias: Tensor?, sink: Tensor? = nil
  ) throws -> Tensor {
    let stated = try call.attributes.float("scale", 0)
    let scale = stated == 0 ? 1 / Double(q.shape[3]).squareRoot() : stated
    let repeats = q.shape[1] / max(k.shape[1], 1)
    let (keys, values) =
      repeats > 1 ? (k.repeatInterleaved(repeats, axis: 1), v.repeatInterleaved(repeats, axis: 1)) : (k, v)
    var scores = (q * scale).matmul(keys.transposed())
    let cap = try call.attributes.float("softcap", 0)
    if cap > 0 { scores = (scores / cap).tanh() * cap }
    if let bias { scores = scores + bias.converted(to: scores.dtype) }
    guard let sink else { return joinedHeads(scores.softmax(axis: -1).matmul(values)) }
    let column = sink.converted(to: scores.dtype).reshaped(to: [1, sink.elementCount, 1, 1])
      .expanded(to: Shape(scores.shape.sizes.dropLast() + [1]))
    let shares = concatenated([scores, column], axis: -1).softmax(axis: -1)
    return joinedHeads(shares.narrowed(axis: -1, from: 0, count: scores.shape[-1]).matmul(values))
  }

  private static func groupAttention(_ call: NodeCall) throws -> [Tensor] {
    let (ofQuery, ofKey) = (try call.attributes.int("num_heads", 1), try call.attributes.int("kv_num_heads", 1))
    guard ofQuery > 0, ofQuery < 1 << 20, ofKey > 0, ofQuery % ofKey == 0 else {
      throw NodeFailure(expected: "heads that groups share", got: "\(ofQuery) and \(ofKey)")
    }
    var (q, k, v) = try apart(call, ofQuery, ofKey)
    let (batch, steps) = (q.shape[0], q.shape[2])
    let totals = try call.integers(5)?.map { $0 &+ 1 } ?? []
    guard totals.count == batch, totals.allSatisfy({ (0..<1 << 31).contains($0) }) else {
      throw NodeFailure(expected: "a length for each example", got: "\(totals)")
    }
    let total = try call.integer(6) ?? totals.max() ?? steps
    let starts = totals.map { total == steps ? 0 : max($0 - steps, 0) }
    let positions = Tensor(starts).unsqueezed(1) + Tensor(arange: steps)
    if try call.attributes.flag("do_rotary") {
      let (cosine, sine) = (try call.tensor(7), try call.tensor(8))
      let isInterleaved = try call.attributes.flag("rotary_interleaved")
      let places = try call.tensorIfAny(9) ?? positions
      func turn(_ x: Tensor) throws -> Tensor {
        try rotated(
          x, cosine: cosine, sine: sine, positions: places, heads: x.shape[1], width: 2 * cosine.shape[-1],
          isInterleaved: isInterleaved)
      }
      (q, k) = (try turn(q), try turn(k))
    }
    let room = max(try call.tensorIfAny(3)?.shape[2] ?? 0, total)
    guard room < 1 << 31, steps < 1 << 31, starts.allSatisfy({ $0 + steps <= room }) else {
      throw NodeFailure(expected: "lengths within \(room)", got: "\(totals)")
    }
    let keys = written(k, try call.tensorIfAny(3), positions, room)
    let values = written(v, try call.tensorIfAny(4), positions, room)
    let bias = try windowBias(call, positions, room)
    let isSmooth = try call.attributes.int("smooth_softmax", -1) > 0
    let sink = try call.tensorIfAny(11) ?? (isSmooth ? Tensor(0, dtype: q.dtype) : nil)
    return [try attended(call, q, keys, values, bias: bias, sink: sink), keys, values]
  }

  /// What closes later steps to earlier ones, and those beyond the window.
  private static func windowBias(_ call: NodeCall, _ positions: Tensor, _ room: Int) throws -> Tensor {
    let window = try call.attributes.int("local_window_size", -1)
    let (here, there) = (positions.unsqueezed(1).unsqueezed(-1), Tensor(arange: room))
    var isSeen = there .<= here
    if window > 0 { isSeen = isSeen.logicalAnd(there .> (here - window)) }
    let bias = Tensor.where(isSeen, Tensor(0, dtype: .float32), Tensor(-Double.infinity, dtype: .float32))
    return try call.tensorIfAny(10).map { bias + $0 } ?? bias
  }

  /// Queries, keys and values as [batch, heads, steps, size], which may come packed into one.
  private static func apart(_ call: NodeCall, _ ofQuery: Int, _ ofKey: Int) throws -> (Tensor, Tensor, Tensor) {
    let packed = try call.tensor(0)
    guard packed.rank == 3 else { throw NodeFailure(expected: "[batch, steps, width]", got: "\(packed.spec)") }
    var parts = [packed]
    if call.has(1) {
      parts += [try call.tensor(1), try call.tensor(2)]
    } else {
      let size = packed.shape[2] / (ofQuery + 2 * ofKey)
      parts = packed.split(into: [ofQuery * size, ofKey * size, ofKey * size], axis: 2)
    }
    guard parts.count == 3 else {
      throw NodeFailure(expected: "queries, keys and values of \(ofQuery + 2 * ofKey) heads", got: "\(packed.spec)")
    }
    return (try heads(parts[0], ofQuery), try heads(parts[1], ofKey), try heads(parts[2], ofKey))
  }

  /// The cache with new steps at each example's places.
  private static func written(_ new: Tensor, _ past: Tensor?, _ places: Tensor, _ room: Int) -> Tensor {
    let (batch, heads, steps, size) = (new.shape[0], new.shape[1], new.shape[2], new.shape[3])
    var cache = past ?? Tensor(zeros: [batch, heads, 0, size], dtype: new.dtype)
    if cache.shape[2] < room { cache = cache.padded([(0, room - cache.shape[2]), (0, 0)]) }
    let index = places.reshaped(to: [batch, 1, steps, 1]).expanded(to: new.shape)
    return cache.scattered(new, at: index, axis: 2)
  }

  /// With queries, keys and values apart: they may come packed as [batch, steps, heads, 3, size], or the last two as
  /// [batch, steps, heads, 2, size].
  private static func unpacked(_ call: NodeCall) throws -> NodeCall {
    let place = call.has(1) ? 1 : 0
    guard !call.has(2) else { return call }
    let (packed, count) = (try call.tensor(place), 3 - place)
    guard packed.rank == 5, packed.shape[3] == count else {
      throw NodeFailure(expected: "queries, keys and values apart, or \(count) of them packed", got: "\(packed.spec)")
    }
    let parts = (0..<count).map { packed.narrowed(axis: 3, from: $0, count: 1).flattened(from: 2, through: 4) }
    return call.with(call.inputs.prefix(place) + parts.map(ONNXValue.tensor) + call.inputs.dropFirst(3))
  }

  /// What a mask lets see, as it stands beside scores.
  /// - Parameter mask: [batch] with how many keys each example has, or truths for each key, of each query too or not.
  private static func seen(_ mask: Tensor, batch: Int, total: Int) throws -> Tensor {
    switch mask.rank {
    case 1 where mask.elementCount == batch: return Tensor(arange: total) .< mask.reshaped(to: [batch, 1, 1, 1])
    case 2: return mask.unsqueezed(1).unsqueezed(1) .!= 0
    case 3: return mask.unsqueezed(1) .!= 0
    case 4: return mask .!= 0
    default: throw NodeFailure(expected: "lengths [batch] or a mask [batch, steps]", got: "\(mask.spec)")
    }
  }

  private static func multiHeadAttention(_ call: NodeCall) throws -> [Tensor] {
    let count = try call.attributes.int("num_heads", 1)
    let call = try unpacked(call)
    let bias = try call.tensorIfAny(3)?.chunked(3, axis: 0)
    func part(_ place: Int) throws -> Tensor {
      let x = try call.tensor(place)
      if x.rank == 4 { return x }
      return try heads(bias.map { $0.count == 3 ? x + $0[place] : x } ?? x, count)
    }
    let q = try part(0)
    let k = try call.tensorIfAny(6).map { concatenated([$0, try part(1)], axis: 2) } ?? part(1)
    let v = try call.tensorIfAny(7).map { concatenated([$0, try part(2)], axis: 2) } ?? part(2)
    var added = try call.tensorIfAny(5)
    if let mask = try call.tensorIfAny(4) {
      let low = try call.attributes.float("mask_filter_value", -10000)
      let isSeen = try seen(mask, batch: q.shape[0], total: k.shape[2])
      let closed = Tensor.where(isSeen, Tensor(0, dtype: q.dtype), Tensor(low, dtype: q.dtype))
      added = added.map { $0 + closed } ?? closed
    }
    if try call.attributes.flag("unidirectional") {
      let (steps, past) = (q.shape[2], k.shape[2] - q.shape[2])
      let isSeen = (Tensor(arange: steps).unsqueezed(1) + past) .>= Tensor(arange: k.shape[2])
      let closed = Tensor.where(isSeen, Tensor(0, dtype: q.dtype), Tensor(-Double.infinity, dtype: q.dtype))
      added = added.map { $0 + closed } ?? closed
    }
    return [try attended(call, q, k, v, bias: added), k, v]
  }
}
