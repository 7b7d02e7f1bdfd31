/// softmax(q·kᵀ·scale + mask)·v, block by block with a running softmax, so that the weights never stand in memory (Dao
/// et al., "FlashAttention", 2022), and the logarithm of each query's Σ exp(scores), from which the gradient computes
/// the weights again. Gradients: `AttentionGradient`.
///
/// Inputs: query [..., L, E], key [..., S, E], value [..., S, V] and, maybe, a mask that broadcasts to [..., L, S]: of
/// bool (true: attend) or added to the scores. Outputs: the result [..., L, V], which lies in memory as the query does,
/// and the logarithms [..., L, 1]. A query without keys gives zeros.
public struct Attention: TensorOperation {
  public static let name = "attention"
  public static let operands: Operands = ["query", "key", "value", .optional("mask")]
  public static let equation = "y = softmax(q·kᵀ·scale + mask)·v"
  public static var autocastRule: AutocastRule { .lower }
  /// What products of queries and keys are multiplied by, as 1/√E.
  public let scale: Double
  /// Whether query i sees the keys up to i alone.
  public let isCausal: Bool

  public init(scale: Double, isCausal: Bool = false) {
    self.scale = scale
    self.isCausal = isCausal
  }

  public static let defaults: Attributes = ["isCausal": false]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let lead = try AttentionCheck(operation: Self.name, inputs: inputs).leadingAxes()
    let dtype = DType.promoted(Array(inputs.prefix(3))).floating
    return [
      TensorSpec(lead + [inputs[0].shape[-2], inputs[2].shape[-1]], dtype),
      TensorSpec(lead + [inputs[0].shape[-2], 1], dtype.ofSums),
    ]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    inputs.backend.attention(call(inputs, outputs[0].dtype), as: outputs)
  }

  /// The operands with one type and the same leading axes.
  private func call(_ inputs: [Tensor], _ dtype: DType) -> AttentionCall {
    let operands = inputs.prefix(3).map { $0.converted(to: dtype) }
    let lead = operands.reduce(Shape([])) { Shape.broadcast($0, $1.shape.leading) ?? $0 }
    let wide = operands.map { $0.leading(lead) }
    let mask = inputs.count > 3 ? inputs[3] : nil
    let fitting = mask?.dtype == .bool ? mask : mask?.converted(to: dtype.ofSums)
    return AttentionCall(
      query: wide[0], key: wide[1], value: wide[2],
      mask: fitting?.expanded(to: lead + [wide[0].shape[-2], wide[1].shape[-2]]), scale: scale, isCausal: isCausal,
      operation: Self.name)
  }

  public func saves(needs: [Bool]) -> Saves { [.inputs, .outputs] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard gradients.contains(where: { $0 != nil }) else { return needs.map { _ in nil } }
    let (result, logarithms) = (saved.output(0), saved.output(1))
    let g = gradients[0] ?? result.zerosLike()
    let call = call(saved.inputSpecs.indices.map { saved.input($0) }, result.dtype)
    let axis = result.rank - 1
    let product = FormulaSum(formula: Self.product, axes: [axis], dtype: logarithms.dtype)
    var offsets = apply(product, [g, result])[0]
    if let shift = gradients[1] { offsets = offsets - shift }
    let operation = AttentionGradient(scale: scale, isCausal: isCausal)
    let operands = [g, call.query, call.key, call.value, logarithms, offsets] + (call.mask.map { [$0] } ?? [])
    var results = apply(operation, operands).prefix(3).map { Optional($0) }
    if needs.count > 3 { results.append(needs[3] ? operation.scores(operands).gradients : nil) }
    return results
  }

  private static let product = Formula(inputs: 2) { x, _ in [x[0] * x[1]] }

  /// As if no query were cut off from a key.
  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    let (depth, keys, width) = (inputs[0].shape[-1], inputs[1].shape[-2], inputs[2].shape[-1])
    return 2 &* outputs[0].shape.elementCount / max(1, width) &* keys &* (depth + width)
  }

  /// With the weights w in memory: ẇ = w(ṡ - Σ w·ṡ), ṡ the scores' tangents.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let (call, logarithms) = (call(inputs, outputs[0].dtype), outputs[1])
    let type = logarithms.dtype
    let (weights, seen) = AttentionGradient(scale: scale, isCausal: isCausal).weights(
      query: call.query, key: call.key, mask: call.mask, logarithms: logarithms)
    func scores(_ query: Tensor, _ key: Tensor) -> Tensor {
      query.product(key.transposed(), where: seen, dtype: type) * scale
    }
    let ofQuery = tangents[0].map { scores($0, call.key) }
    let ofKey = tangents[1].map { scores(call.query, $0) }
    let ofScores = added(added(ofQuery, ofKey), tangents.count > 3 ? tangents[3] : nil)
    let ofValue = tangents[2].map { weights.masked(by: seen, times: $0, dtype: type) }
    guard let ofScores else { return [ofValue, nil] }
    let ofLogarithms = (weights * ofScores).sum(axis: -1, keepDims: true)
    let ofWeights = weights * (ofScores - ofLogarithms)
    return [added(ofWeights.masked(by: seen, times: call.value, dtype: type), ofValue), ofLogarithms]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let rank = batch.specs.prefix(3).map(\.shape.rank).max() ?? 2
    var operands = batch.inputs.indices.map { batch.aligned($0, rank: rank) }
    if !batch.isBatched.prefix(3).contains(true) {
      // The mask alone differs: the results have the query's leading axes.
      let ones = Array(repeating: 1, count: rank - batch.inputs[0].rank)
      operands[0] = batch.whole(0).reshaped(to: Shape([batch.size] + ones + batch.inputs[0].shape.sizes))
    }
    return apply(self, operands)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (query, key, value) = (inputs[0], inputs[1], inputs[2])
    let lead = inputs.prefix(3).reduce(Shape([])) { Shape.broadcast($0, Shape($1.shape.dropLast(2))) ?? $0 }
    let (rows, keys) = (query.shape[query.shape.count - 2], key.shape[key.shape.count - 2])
    let scores = ReferenceArray(shape: lead.sizes + [rows, keys]) { index in
      let (batch, row, place) = (Array(index.dropLast(2)), index[index.count - 2], index[index.count - 1])
      let depth = 0..<query.shape[query.shape.count - 1]
      return depth.reduce(0) { $0 + query[batch + [row, $1]] * key[batch + [place, $1]] }
    }
    // The samples' masks of bool are those that hold nothing but 0 and 1.
    let mask = inputs.count > 3 ? inputs[3] : nil
    let isBool = mask?.values.allSatisfy { $0 == 0 || $0 == 1 } ?? false
    let bias = (isBool ? nil : mask) ?? ReferenceArray(shape: [], values: [0])
    let keep = (isBool ? mask : nil) ?? ReferenceArray(shape: [], values: [1])
    func isKept(_ index: [Int]) -> Bool {
      keep[index] != 0 && (!isCausal || index[index.count - 1] <= index[index.count - 2])
    }
    let limit = ReferenceArray(shape: [rows, 1]) { Double(isCausal ? $0[0] : keys) }
    let logarithms = ReferenceArray(shape: lead.sizes + [rows, 1]) { index in
      let places = (0..<keys).map { index.dropLast() + [$0] }.filter(isKept)
      let sum = places.reduce(0) { $0 + ScalarFunctions.unary(.exp, scores[$1] * scale + bias[$1]) }
      return sum == 0 ? 0 : ScalarFunctions.unary(.log, sum)
    }
    let weights = AttentionWeights(scale: scale).reference([scores, bias, keep, limit])
    return weights.flatMap { MatMul().reference([$0[0], value]) }.map { $0 + [logarithms] }
  }

  public static let samples = [
    Sample(Attention(scale: 0.5), .real([2, 3, 4]), .real([2, 5, 4]), .real([2, 5, 3])),
    Sample(Attention(scale: 0.7, isCausal: true), .real([2, 2, 3, 2]), .real([2, 1, 4, 2]), .real([2, 2, 4, 3])),
    Sample(
      Attention(scale: 1, isCausal: false), .real([2, 3, 2]), .real([2, 4, 2]), .real([4, 2]),
      .exactly([1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0], [3, 4], dtype: .bool)),
    Sample(Attention(scale: 1), .real([2, 2]), .real([3, 2]), .real([3, 1]), .real([2, 3])),
    Sample(Attention(scale: 1), .real([0, 2, 3]), .real([0, 4, 3]), .real([0, 4, 2])),
  ]

  public static let refusals = [
    Refusal(Attention(scale: 1), .real([3]), .real([4, 2]), .real([4, 2]), because: "at least 2 axes"),
    Refusal(
      Attention(scale: 1), .real([3, 2]), .real([4, 3]), .real([4, 2]), because: "the key's last axis to have size 2"),
    Refusal(
      Attention(scale: 1), .real([3, 2]), .real([4, 2]), .real([5, 2]), because: "the value's axis -2 to have size 4"),
    Refusal(
      Attention(scale: 1), .real([2, 3, 2]), .real([3, 4, 2]), .real([4, 2]),
      because: "axes before the last two that broadcast"),
    Refusal(
      Attention(scale: 1), .real([3, 2]), .real([4, 2]), .real([4, 2]), .real([4, 3]),
      because: "a mask that broadcasts to [3, 4]"),
    Refusal(
      Attention(scale: 1), .real([3, 2]), .real([4, 2]), .real([4, 2]), .integers([3, 4], in: 0..<2),
      because: "a mask of bool"),
  ]
}

extension DType {
  /// What sums of numbers of this type are kept in.
  var ofSums: DType { self == .float64 ? .float64 : .float32 }
}
