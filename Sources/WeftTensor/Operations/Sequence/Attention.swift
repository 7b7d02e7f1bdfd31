/// softmax(q·kᵀ·scale + mask)·v, computed in blocks of queries so that the weights never stand in memory at once.
/// Gradients, block by block with the weights w computed again: dv = wᵀ·g, dw = g·vᵀ, ds the gradient of
/// `AttentionWeights`, dq = ds·k, dk = dsᵀ·q.
///
/// Inputs: query [..., L, E], key [..., S, E], value [..., S, V] and, maybe, a mask that broadcasts to [..., L, S]: of
/// bool (true: attend) or added to the scores. The result lies in memory as the query does.
public struct Attention: Operation {
  public static let name = "attention"
  public let scale: Double
  public let isCausal: Bool
  /// How many weights a block may have: as many as stay in a core's cache.
  let blockSize: Int

  public init(scale: Double, isCausal: Bool = false) { self.init(scale: scale, isCausal: isCausal, blockSize: 1 << 18) }

  init(scale: Double, isCausal: Bool, blockSize: Int) {
    self.scale = scale
    self.isCausal = isCausal
    self.blockSize = blockSize
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let lead = try AttentionCheck(inputs: inputs).leadingAxes()
    let sizes = lead.sizes + [inputs[0].shape[-2], inputs[2].shape[-1]]
    return [TensorSpec(Shape(sizes), DType.promoted(Array(inputs.prefix(3))).floating)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let operands = operands(inputs, dtype: outputs[0].dtype)
    let result = CPUBackend.like(operands.query, outputs[0])
    attend(operands, into: result)
    return [result]
  }

  private func operands(_ inputs: [Tensor], dtype: DType) -> AttentionOperands {
    AttentionOperands(inputs.map { $0.dtype == .bool ? $0 : $0.converted(to: dtype) }, isCausal: isCausal)
  }

  private func attend(_ x: AttentionOperands, into target: Tensor) {
    guard let (axis, step) = x.cut(blockSize) else {
      if target.elementCount == 0 { return }
      let block = x.weights(scale).matmul(x.value)
      return Device.cpu.backend.map(Formulas.identity, [], [block], into: [target])
    }
    for start in stride(from: 0, to: target.shape[axis], by: step) {
      let end = min(start + step, target.shape[axis])
      attend(x.piece(axis, start, end), into: target.sliced(axis: axis, from: start, to: end))
    }
  }

  public func saves(needs: [Bool]) -> Saves { .inputs }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return needs.map { _ in nil } }
    let operands = operands(saved.inputSpecs.indices.map { saved.input($0) }, dtype: g.dtype)
    return Array(self.gradients(operands, g, needs: needs).prefix(needs.count))
  }

  /// The gradients of query, key, value and mask, in the shapes the operands were broadcast to.
  private func gradients(_ x: AttentionOperands, _ g: Tensor, needs: [Bool]) -> [Tensor?] {
    guard let (axis, step) = x.cut(blockSize) else { return x.gradients(g, scale, needs: needs) }
    var pieces: [[Tensor]] = [[], [], [], []]
    for start in stride(from: 0, to: g.shape[axis], by: step) {
      let end = min(start + step, g.shape[axis])
      let part = gradients(x.piece(axis, start, end), g.sliced(axis: axis, from: start, to: end), needs: needs)
      for index in pieces.indices { if let tensor = part[index] { pieces[index].append(tensor) } }
    }
    return pieces.enumerated().map { index, parts in
      if parts.isEmpty { return nil }
      // Blocks of queries share their keys and values: those gradients add up.
      let isShared = axis == g.rank - 2 && (1...2).contains(index)
      return isShared ? parts.dropFirst().reduce(parts[0], +) : concatenated(parts, axis: axis)
    }
  }

  /// As if no query were cut off from a key.
  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    let (depth, keys, width) = (inputs[0].shape[-1], inputs[1].shape[-2], inputs[2].shape[-1])
    return 2 &* outputs[0].shape.elementCount / max(1, width) &* keys &* (depth + width)
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
    let limit = ReferenceArray(shape: [rows, 1]) { Double(isCausal ? $0[0] : keys) }
    let weights = AttentionWeights(scale: scale).reference([scores, bias, keep, limit])
    return weights.flatMap { MatMul().reference([$0[0], value]) }
  }

  public static let samples = [
    Sample(Attention(scale: 0.5), .real([2, 3, 4]), .real([2, 5, 4]), .real([2, 5, 3])),
    Sample(
      Attention(scale: 0.7, isCausal: true, blockSize: 8), .real([2, 2, 3, 2]), .real([2, 1, 4, 2]),
      .real([2, 2, 4, 3])),
    Sample(
      Attention(scale: 1, isCausal: false, blockSize: 9), .real([2, 3, 2]), .real([2, 4, 2]), .real([4, 2]),
      .exactly([1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0], [3, 4], dtype: .bool)),
    Sample(
      Attention(scale: 1, isCausal: false, blockSize: 1), .real([2, 2]), .real([3, 2]), .real([3, 1]), .real([2, 3])),
    Sample(Attention(scale: 1), .real([0, 2, 3]), .real([0, 4, 3]), .real([0, 4, 2])),
  ]
}
