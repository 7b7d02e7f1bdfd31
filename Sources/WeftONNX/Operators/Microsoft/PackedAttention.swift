import WeftTensor

extension Operator {
  /// ONNX Runtime's attention with the projections in it, as its optimizer makes it of encoders.
  static let packedAttention: [Operator] = [
    .several("Attention", domain: microsoft) { call in
      let (x, weights) = (try call.tensor(0), try call.tensor(1))
      guard x.rank == 3, weights.rank == 2, x.shape[2] == weights.shape[0] else {
        throw NodeFailure(expected: "[batch, steps, width] and [width, 3·width]", got: "\(x.spec), \(weights.spec)")
      }
      let projected = x.matmul(weights)
      return try attended(call, projections: try call.tensorIfAny(2).map { projected + $0 } ?? projected)
    },
    // The same of whole numbers: the scales and zero points of states and weights are inputs too.
    .several("QAttention", domain: microsoft, fixed: [1, 3, 4, 6, 7]) { call in
      let (x, weights) = (try call.tensor(0), try call.tensor(1))
      guard x.rank == 3, weights.rank == 2, x.shape[2] == weights.shape[0] else {
        throw NodeFailure(expected: "[batch, steps, width] and [width, 3·width]", got: "\(x.spec), \(weights.spec)")
      }
      let sums = try WholeProduct(x, zero: call.zeroPoint(6), weights, zero: call.zeroPoint(7)).value
      let scale = try call.tensor(3).reshaped(to: []) * (try call.tensor(4))
      let projected = sums.converted(to: .float32) * scale + (try call.tensor(2))
      func given(_ place: Int) -> ONNXValue? { call.inputs.indices.contains(place) ? call.inputs[place] : nil }
      return try attended(call.with([nil, nil, nil, given(5), given(8)]), projections: projected)
    },
  ]

  /// Attention with the projections of queries, keys and values side by side; the call's inputs from the mask on are
  /// those of `Attention`.
  private static func attended(_ call: NodeCall, projections all: Tensor) throws -> [Tensor] {
    let count = try call.attributes.int("num_heads", 1)
    let widths = try call.attributes.ints("qkv_hidden_sizes") ?? Array(repeating: all.shape[2] / 3, count: 3)
    let parts = all.split(into: widths, axis: 2)
    guard parts.count == 3 else { throw NodeFailure(expected: "three projections", got: "widths \(widths)") }
    let q = try heads(parts[0], count)
    var (k, v) = (try heads(parts[1], count), try heads(parts[2], count))
    if let past = try call.tensorIfAny(4) {
      guard past.rank == 5, past.shape[0] == 2 else {
        throw NodeFailure(expected: "keys and values", got: "\(past.spec)")
      }
      (k, v) = (concatenated([past[0], k], axis: 2), concatenated([past[1], v], axis: 2))
    }
    let bias = try bias(call, q, total: k.shape[2])
    return [try attended(call, q, k, v, bias: bias), stacked([k, v], axis: 0)]
  }

  private static func bias(_ call: NodeCall, _ q: Tensor, total: Int) throws -> Tensor? {
    var bias = try call.tensorIfAny(5)
    func close(where isClosed: Tensor, _ value: Double) {
      let closed = Tensor.where(isClosed, Tensor(value, dtype: q.dtype), Tensor(0, dtype: q.dtype))
      bias = bias.map { $0 + closed } ?? closed
    }
    let low = try call.attributes.float("mask_filter_value", -10000)
    if let mask = try call.tensorIfAny(3) {
      switch mask.rank {
      case 1:
        // How long each example is.
        guard mask.elementCount == q.shape[0] else {
          throw NodeFailure(expected: "a length for each of \(q.shape[0]) examples", got: "\(mask.spec)")
        }
        close(where: Tensor(arange: total) .>= mask.reshaped(to: [mask.elementCount, 1, 1, 1]), low)
      case 2: close(where: mask.unsqueezed(1).unsqueezed(1) .== 0, low)
      case 3: close(where: mask.unsqueezed(1) .== 0, low)
      default: throw NodeFailure(expected: "a mask of 1 to 3 axes", got: "\(mask.spec)")
      }
    }
    if try call.attributes.flag("unidirectional") {
      let (steps, past) = (q.shape[2], total - q.shape[2])
      close(where: (Tensor(arange: steps).unsqueezed(1) + past) .< Tensor(arange: total), -.infinity)
    }
    return bias
  }
}
