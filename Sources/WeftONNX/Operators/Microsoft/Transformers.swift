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
    Operator("MatMulNBits", domain: microsoft, fixed: [1, 2, 3, 4]) { try packedProduct($0) },
  ]

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
  static func attended(
    _ call: NodeCall, _ q: Tensor, _ k: Tensor, _ v: Tensor, bias: Tensor?
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
    return joinedHeads(scores.softmax(axis: -1).matmul(values))
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
    return [try attended(call, q, keys, values, bias: bias), keys, values]
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

  private static func multiHeadAttention(_ call: NodeCall) throws -> [Tensor] {
    let count = try call.attributes.int("num_heads", 1)
    guard call.has(1), call.has(2) else {
      throw NodeFailure(expected: "queries, keys and values apart", got: "packed ones")
    }
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
      guard mask.rank >= 2 else { throw NodeFailure(expected: "a mask [batch, steps]", got: "\(mask.spec)") }
      let wide = mask.rank == 2 ? mask.unsqueezed(1).unsqueezed(1) : mask.rank == 3 ? mask.unsqueezed(1) : mask
      let low = try call.attributes.float("mask_filter_value", -10000)
      let closed = Tensor.where(wide .!= 0, Tensor(0, dtype: q.dtype), Tensor(low, dtype: q.dtype))
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

  /// A product with weights of 2, 4 or 8 bits, in blocks along the inner axis with a scale each.
  private static func packedProduct(_ call: NodeCall) throws -> Tensor {
    let attributes = call.attributes
    let (x, packed, scales) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
    let (inner, rows) = (try attributes.int("K", 0), try attributes.int("N", 0))
    let (bits, block) = (try attributes.int("bits", 4), try attributes.int("block_size", 32))
    guard [2, 4, 8].contains(bits), (16...1 << 20).contains(block), (1..<1 << 28).contains(inner),
      (1..<1 << 28).contains(rows), packed.dtype == .uint8, !call.has(4)
    else { throw NodeFailure(expected: "weights of 2, 4 or 8 bits in blocks, in their order", got: "\(packed.spec)") }
    let blocks = (inner + block - 1) / block
    guard packed.elementCount == rows * blocks * block * bits / 8, scales.elementCount == rows * blocks else {
      throw NodeFailure(expected: "\(rows) x \(blocks) blocks", got: "\(packed.spec), scales \(scales.spec)")
    }
    let numbers = unpacked(packed.reshaped(to: [rows * blocks, -1]), bits)
    var zero = Tensor(Double(1 << (bits - 1)), dtype: scales.dtype)
    if let stated = try call.tensorIfAny(3) {
      let plain =
        stated.dtype == .uint8 ? unpacked(stated.reshaped(to: [rows, -1]), bits) : stated.reshaped(to: [rows, -1])
      zero = plain.narrowed(axis: 1, from: 0, count: blocks).reshaped(to: [rows * blocks, 1]).converted(
        to: scales.dtype)
    }
    let weights = (numbers.converted(to: scales.dtype) - zero) * scales.reshaped(to: [rows * blocks, 1])
    let matrix = weights.reshaped(to: [rows, blocks * block]).narrowed(axis: 1, from: 0, count: inner)
    let y = x.matmul(matrix.converted(to: x.dtype).transposed())
    return try call.tensorIfAny(5).map { y + $0 } ?? y
  }

  /// The numbers in bytes, the low bits first.
  private static func unpacked(_ bytes: Tensor, _ bits: Int) -> Tensor {
    if bits == 8 { return bytes }
    let mask = Tensor((1 << bits) - 1).converted(to: .uint8)
    let parts = stride(from: 0, to: 8, by: bits).map { shift in
      bytes.bitsShiftedRight(by: Tensor(shift).converted(to: .uint8)).bitwiseAnd(mask)
    }
    return stacked(parts, axis: -1).reshaped(to: [bytes.shape[0], -1])
  }
}
