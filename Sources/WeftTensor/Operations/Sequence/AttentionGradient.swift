/// The gradients of attention's query, key and value. With the weights w = exp(q·kᵀ·scale + mask - logarithms) computed
/// again block by block: dv = wᵀ·g, ds = w·(g·vᵀ - offsets), dq = ds·k·scale, dk = dsᵀ·q·scale. Gradients: those of
/// these formulas, with all weights in memory.
///
/// Inputs: g [..., L, V]; query, key and value with the same leading axes; the logarithms [..., L, 1]; the offsets
/// [..., L, 1], Σ g·result along the last axis less the gradient of the logarithms; and, maybe, a mask [..., L, S].
struct AttentionGradient: FusedOperation {
  static let name = "attentionGradient"
  static let formerNames = ["attention_gradient"]
  static let operands: Operands = ["gradient", "query", "key", "value", "logarithms", "offsets", .optional("mask")]
  static let equation = "dv = wᵀ·g, dq = s·k, dk = sᵀ·q, s = w(g·vᵀ - offsets)·scale"
  let scale: Double
  let isCausal: Bool

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let operands = Array(inputs[1...3] + inputs.dropFirst(6))
    let lead = try AttentionCheck(operation: Self.name, inputs: operands).leadingAxes()
    let (rows, keys, dtype) = (inputs[1].shape[-2], inputs[2].shape[-2], inputs[1].dtype)
    var wanted = [lead + [rows, inputs[3].shape[-1]], lead + [rows, inputs[1].shape[-1]]]
    wanted += [lead + [keys, inputs[1].shape[-1]], lead + [keys, inputs[3].shape[-1]]]
    wanted += [lead + [rows, 1], lead + [rows, 1], lead + [rows, keys]]
    for (place, input) in inputs.enumerated() {
      try TensorError.requireShape(wanted[place], input, operation: Self.name)
      let type = place < 4 ? dtype : dtype.ofSums
      guard dtype.isFloatingPoint, input.dtype == type || (place == 6 && input.dtype == .bool) else {
        throw TensorError(
          .dtype, operation: Self.name, operands: [("operand \(place)", input)], expected: "\(type)",
          got: "\(input.dtype)")
      }
    }
    return inputs[1...3].map { TensorSpec($0.shape, dtype) }
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let call = AttentionCall(
      query: inputs[1], key: inputs[2], value: inputs[3], mask: inputs.count > 6 ? inputs[6] : nil, scale: scale,
      isCausal: isCausal, operation: Self.name)
    return inputs.backend.attentionGradient(
      call, inputs[0], logarithms: inputs[4], offsets: inputs[5], as: outputs)
  }

  /// Four products, and the scores once more; as if no query were cut off from a key.
  func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    let (depth, keys, width) = (inputs[1].shape[-1], inputs[2].shape[-2], inputs[3].shape[-1])
    return 2 &* inputs[0].shape.elementCount / max(1, width) &* keys &* (3 * depth + 2 * width)
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.applying(self) }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (g, query, key, value) = (inputs[0], inputs[1], inputs[2], inputs[3])
    func product(_ a: ReferenceArray, _ b: ReferenceArray) -> ReferenceArray? { MatMul().reference([a, b])?[0] }
    guard let scores = product(query, key.turned), let slopes = product(g, value.turned) else { return nil }
    // The samples' masks of bool are those that hold nothing but 0 and 1.
    let mask = inputs.count > 6 ? inputs[6] : ReferenceArray(shape: [], values: [1])
    let isBool = mask.values.allSatisfy { $0 == 0 || $0 == 1 }
    let weights = ReferenceArray(shape: scores.shape) { index in
      let isLater = isCausal && index[index.count - 1] > index[index.count - 2]
      if isLater || (isBool && mask[index] == 0) { return 0 }
      let score = scores[index] * scale + (isBool ? 0 : mask[index])
      return ScalarFunctions.unary(.exp, score - inputs[4][index.dropLast() + [0]])
    }
    let scaled = ReferenceArray(shape: scores.shape) { index in
      weights[index] * (slopes[index] - inputs[5][index.dropLast() + [0]]) * scale
    }
    return [product(scaled, key), product(scaled.turned, query), product(weights.turned, g)].compactMap { $0 }
  }

  static let samples = [
    Sample(
      AttentionGradient(scale: 0.5, isCausal: false), .real([2, 3, 3]), .real([2, 3, 4]), .real([2, 5, 4]),
      .real([2, 5, 3]), .real([2, 3, 1]), .real([2, 3, 1])),
    Sample(
      AttentionGradient(scale: 0.7, isCausal: true), .real([3, 3]), .real([3, 2]), .real([4, 2]), .real([4, 3]),
      .real([3, 1]), .real([3, 1]), .real([3, 4])),
    Sample(
      AttentionGradient(scale: 1, isCausal: false), .real([2, 1]), .real([2, 2]), .real([3, 2]), .real([3, 1]),
      .real([2, 1]), .real([2, 1]), .exactly([1, 0, 1, 0, 0, 1], [2, 3], dtype: .bool)),
  ]

  static let refusals = [
    Refusal(
      AttentionGradient(scale: 1, isCausal: false), .real([2, 1]), .real([2, 2]), .real([3, 2]), .real([3, 1]),
      .real([2]), .real([2, 1]), because: "shape [2, 1]"),
    Refusal(
      AttentionGradient(scale: 1, isCausal: false), .real([2, 1]), .real([2, 2]), .real([3, 3]), .real([3, 1]),
      .real([2, 1]), .real([2, 1]), because: "the key's last axis to have size 2"),
    Refusal(
      AttentionGradient(scale: 1, isCausal: false), .real([2, 1]), .real([2, 2]), .real([3, 2]), .real([3, 1]),
      .integers([2, 1], in: 0..<2), .real([2, 1]), because: "float64"),
  ]
}

extension AttentionGradient {
  /// The weights and the scores' gradients (the mask's too), all in memory, in tensor operations, and what is seen.
  func scores(_ inputs: [Tensor]) -> (weights: Tensor, gradients: Tensor, seen: Tensor?) {
    let (weights, seen) = weights(
      query: inputs[1], key: inputs[2], mask: inputs.count > 6 ? inputs[6] : nil, logarithms: inputs[4])
    let slopes = inputs[0].product(inputs[3].transposed(), where: seen, dtype: inputs[4].dtype)
    return (weights, (weights * (slopes - inputs[5])).hidden(where: seen), seen)
  }

  /// The weights, all in memory, in tensor operations, and which queries see which keys.
  func weights(query: Tensor, key: Tensor, mask: Tensor?, logarithms: Tensor) -> (weights: Tensor, seen: Tensor?) {
    let seen = AttentionOperands.seen(
      mask: mask, isCausal: isCausal, queries: query.shape[-2], keys: key.shape[-2])
    var scores = query.product(key.transposed(), where: seen, dtype: logarithms.dtype) * scale
    if let mask, mask.dtype != .bool { scores = scores + mask.hidden(where: seen) }
    // Hidden before and after: the exponential of what is hidden may leave the range.
    return ((scores - logarithms).hidden(where: seen).exp().hidden(where: seen), seen)
  }

  /// What the kernel computes, in tensor operations.
  func composite(_ inputs: [Tensor]) -> [Tensor] {
    let (weights, gradients, seen) = scores(inputs)
    let scaled = gradients * scale
    let sees = seen?.expanded(to: weights.shape).transposed()
    return [
      scaled.masked(by: seen, times: inputs[2]), scaled.transposed().masked(by: sees, times: inputs[1]),
      weights.transposed().masked(by: sees, times: inputs[0]),
    ]
  }
}

extension Tensor {
  /// 0 where `seen` is false: what is hidden has no weight, and no gradient even where its row's numbers are NaN.
  fileprivate func hidden(where seen: Tensor?) -> Tensor {
    seen.map { Tensor.where($0, self, Tensor(zeros: [], dtype: dtype)) } ?? self
  }
}

extension ReferenceArray {
  /// With the last two axes exchanged.
  fileprivate var turned: ReferenceArray {
    ReferenceArray(shape: shape.dropLast(2) + [shape[shape.count - 1], shape[shape.count - 2]]) { index in
      self[index.dropLast(2) + [index[index.count - 1], index[index.count - 2]]]
    }
  }
}
