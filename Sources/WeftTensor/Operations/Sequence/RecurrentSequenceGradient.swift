/// The way back along a sequence: from the gradients of a recurrent layer's outputs those of its gates, step by step
/// with dh = g + dgates'·W_hh, the later step's.
///
/// Of an LSTM, with t = tanh(c'): dc' += dh·o·(1 - t²), di = dc'·g·i(1 - i), df = dc'·c·f(1 - f), dg = dc'·i·(1 - g²),
/// do = dh·t·o(1 - o), dc = dc'·f. Of a GRU, with m the hidden part of the candidate: dn = dh·(1 - z)(1 - n²),
/// dz = dh·(h - n)·z(1 - z), dr = dn·m·r(1 - r), and dn·r in place of dn for the hidden product. Else d = dh·(1 - h'²),
/// or dh where h' > 0 (NaN where h' is).
///
/// Inputs: g [T, N, H], W_hh, what `RecurrentRecord` has, and the gradient of an LSTM's last cell. Results: the gradients
/// of the projected input [T, N, G·H], of a GRU's hidden product, and of the states before the first step [N, H].
/// Gradient: that of these formulas, step by step (`RecurrentStepsBack`).
struct RecurrentSequenceGradient: FusedOperation {
  static let name = "recurrentSequenceGradient"
  static let formerNames = ["recurrent_sequence_gradient"]
  static let operands: Operands = [
    "gradient", "hiddenWeight", "states", .optional("gates"), .optional("kept"), .optional("cellGradient"),
  ]
  static let equation = "dhₜ = gₜ + dgatesₜ₊₁·W_hh"
  let direction: RecurrentDirection

  init(_ direction: RecurrentDirection) { self.direction = direction }

  private var kind: RecurrentKind { direction.kind }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let count = kind == .lstm ? 6 : kind.gateCount > 1 ? 5 : 3
    guard inputs.count == count else {
      throw TensorError(.value, operation: Self.name, expected: "\(count) operands for \(kind)", got: "\(inputs.count)")
    }
    let (g, weight, dtype) = (inputs[0].shape, inputs[1].shape, DType.promoted(inputs).statistics)
    guard g.rank == 3 else { throw .axis(2, rank: g.rank, operation: Self.name) }
    let (steps, batch, size) = (g[0], g[1], g[2])
    guard size > 0 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("gradient", inputs[0])], expected: "at least one hidden unit",
        got: "none")
    }
    let rows = kind.gateCount &* size
    try TensorError.requireShape([rows, size], inputs[1], operation: Self.name)
    let slots: Shape = [steps + 1, batch, size]
    try TensorError.requireShape(slots, inputs[2], operation: Self.name)
    if kind.gateCount > 1 {
      try TensorError.requireShape([steps, batch, rows], inputs[3], operation: Self.name)
      try TensorError.requireShape(kind == .lstm ? slots : g, inputs[4], operation: Self.name)
    }
    if kind == .lstm { try TensorError.requireShape([batch, size], inputs[5], operation: Self.name) }
    let gates = TensorSpec([steps, batch, weight[0]], dtype)
    let state = TensorSpec([batch, size], dtype)
    return Array(repeating: gates, count: kind == .gru ? 2 : 1)
      + Array(repeating: state, count: kind == .lstm ? 2 : 1)
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let operands = inputs.map { $0.converted(to: outputs[0].dtype) }
    var record = RecurrentRecord(states: operands[2].contiguous())
    if kind.gateCount > 1 { (record.gates, record.extra) = (operands[3].contiguous(), operands[4].contiguous()) }
    let results = outputs.map { Tensor(uninitialized: $0) }
    var carry: Tensor?
    if kind == .lstm { carry = results[2] }
    if kind == .gru { carry = Tensor(uninitialized: outputs[2]) }
    if let carry, carry.elementCount > 0 {
      let start = kind == .lstm ? operands[5] : Tensor(0.0, dtype: carry.dtype)
      inputs.backend.map(Formulas.identity, [], [start], into: [carry])
    }
    let failure = inputs.backend.recurrentBackward(
      direction, gradient: operands[0], weight: operands[1], record, carry: carry, into: results,
      operation: Self.name)
    guard let failure else { return results }
    report(failure)
    return outputs.map { _ in .invalid }
  }

  func composite(_ inputs: [Tensor]) -> [Tensor] { RecurrentStepsBack(direction).run(inputs) }

  /// The products with W_hh.
  func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* outputs[0].shape.elementCount &* inputs[1].shape[1]
  }

  /// One way back for all examples' batches, where the weight is the same for all.
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard !batch.isBatched[1], batch.size > 0 else { return batch.looping(self) }
    let operands = batch.inputs.indices.map { index in
      index == 1 ? batch.inputs[1] : batch.joined(index, along: batch.specs[index].shape.rank - 2)
    }
    return apply(self, operands).map { batch.parted($0, along: $0.rank - 2) }
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    RecurrentReference(direction: direction).backward(inputs)
  }

  static let samples = [false, true].flatMap { isReversed in
    [RecurrentKind.lstm, .gru, .tanh, .relu].map { kind in
      let operation = RecurrentSequenceGradient(RecurrentDirection(kind: kind, isReversed: isReversed))
      let rows = 2 * kind.gateCount
      var inputs: [SampleInput] = [.real([3, 3, 2]), .real([rows, 2]), .real([4, 3, 2], avoiding: [0])]
      if kind.gateCount > 1 { inputs += [.real([3, 3, rows]), .real(kind == .lstm ? [4, 3, 2] : [3, 3, 2])] }
      if kind == .lstm { inputs.append(.real([3, 2])) }
      return Sample(operation, inputs: inputs)
    }
  }

  static let refusals = [
    Refusal(
      RecurrentSequenceGradient(RecurrentDirection(kind: .tanh)), .real([3, 2]), .real([2, 2]), .real([4, 3, 2]),
      because: "an axis in -2 ..< 2"),
    Refusal(
      RecurrentSequenceGradient(RecurrentDirection(kind: .tanh)), .real([3, 3, 2]), .real([3, 2]), .real([4, 3, 2]),
      because: "shape [2, 2]"),
    Refusal(
      RecurrentSequenceGradient(RecurrentDirection(kind: .tanh)), .real([3, 3, 2]), .real([2, 2]), .real([3, 3, 2]),
      because: "shape [4, 3, 2]"),
  ]
}
