/// One layer of a recurrent network in one direction along a whole sequence: one product for the inputs of all steps,
/// then, step by step, h' = cell(x·W_ihᵀ + b_ih, h·W_hhᵀ + b_hh) (see `LSTMStep` and `GRUStep`).
///
/// Gradients by `RecurrentSequenceGradient`, which goes back along the steps and leaves the rest to one large product per
/// weight. Where the gradient is to have a gradient, or what was recorded has one, by the steps one after another.
///
/// Inputs: those of `RecurrentOperands`. Results: all outputs [T, N, H]; an LSTM's last cell [N, H]; and with `records`
/// what `RecurrentRecord` has.
struct RecurrentSequence: TensorOperation {
  static let name = "recurrentSequence"
  static let formerNames = ["recurrent_sequence"]
  static let operands: Operands = [
    "x", "inputWeight", "hiddenWeight", "hidden", .optional("cell"), .optional("inputBias"), .optional("hiddenBias"),
  ]
  static let equation = "hₜ = cell(xₜ·W_ihᵀ + b_ih, hₜ₋₁·W_hhᵀ + b_hh)"
  let direction: RecurrentDirection
  let records: Bool

  init(_ kind: RecurrentKind, isReversed: Bool = false, records: Bool) {
    direction = RecurrentDirection(kind: kind, isReversed: isReversed)
    self.records = records
  }

  private var kind: RecurrentKind { direction.kind }
  /// The place of the recorded states among the results.
  private var recordStart: Int { kind == .lstm ? 2 : 1 }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try check(inputs)
    let dtype = DType.promoted(inputs)
    let (steps, batch, size) = (inputs[0].shape[0], inputs[0].shape[1], inputs[2].shape[1])
    var results = [TensorSpec([steps, batch, size], dtype)]
    if kind == .lstm { results.append(TensorSpec([batch, size], dtype)) }
    guard records else { return results }
    let slots: Shape = [steps + 1, batch, size]
    var shapes = [slots]
    if kind.gateCount > 1 {
      shapes += [[steps, batch, kind.gateCount * size], kind == .lstm ? slots : [steps, batch, size]]
    }
    return results + shapes.map { TensorSpec($0, dtype.statistics) }
  }

  private func check(_ inputs: [TensorSpec]) throws(TensorError) {
    let counts = kind == .lstm ? [5, 7] : [4, 6]
    guard counts.contains(inputs.count) else {
      throw TensorError(
        .value, operation: Self.name, expected: "\(counts[0]) inputs, or \(counts[1]) with biases",
        got: "\(inputs.count)")
    }
    let shapes = RecurrentOperands(inputs.map(\.shape), kind)
    let names =
      ["input", "weight_ih", "weight_hh", "state"] + (kind == .lstm ? ["cell"] : []) + ["bias_ih", "bias_hh"]
    func error(_ expected: String, code: TensorError.Code = .shape) -> TensorError {
      TensorError(
        code, operation: Self.name, operands: Array(zip(names, inputs)), expected: expected,
        got: "\(inputs.map(\.shape))")
    }
    guard DType.promoted(inputs).isFloatingPoint else { throw error("floating point", code: .dtype) }
    guard shapes.input.rank == 3, shapes.weightHH.rank == 2 else {
      throw error("an input [steps, batch, in] and weights [\(kind.gateCount)·H, in] and [\(kind.gateCount)·H, H]")
    }
    let (size, rows) = (shapes.weightHH[1], kind.gateCount &* shapes.weightHH[1])
    guard size > 0 else { throw error("at least one hidden unit, weight_hh [\(kind.gateCount)·H, H]") }
    guard shapes.weightHH[0] == rows, shapes.weightIH == [rows, shapes.input[2]] else {
      throw error("weights [\(rows), \(shapes.input[2])] and [\(rows), \(size)]")
    }
    guard shapes.states.allSatisfy({ $0 == [shapes.input[1], size] }) else {
      throw error("states [\(shapes.input[1]), \(size)]")
    }
    guard [shapes.biasIH, shapes.biasHH].allSatisfy({ $0 == nil || $0 == [rows] }) else {
      throw error("biases [\(rows)]")
    }
  }

  /// The products with both weights.
  func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    let (input, weight) = (inputs[0].shape, inputs[2].shape)
    return 2 &* (input[0] &* input[1]) &* weight[0] &* (input[2] &+ weight[1])
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (steps, dtype) = (inputs[0].shape[0], outputs[0].dtype)
    let operands = RecurrentOperands(inputs.map { $0.converted(to: dtype.statistics) }, kind)
    let (bias, hiddenBias) = fusedBiases(operands)
    let gates = linear(operands.input, weight: operands.weightIH, bias: bias)
    guard !gates.isInvalid else { return outputs.map { _ in .invalid } }
    let record = prepared(operands, gates)
    let failure = inputs.backend.recurrentForward(
      direction, weight: operands.weightHH, bias: hiddenBias, record, records: records,
      operation: Self.name)
    if let failure {
      report(failure)
      return outputs.map { _ in .invalid }
    }
    var results = [direction.after(record.states).converted(to: dtype)]
    if kind == .lstm, let cells = record.extra {
      let last = RecurrentDirection.slots(cells, from: records ? direction.last(of: steps) : 0, count: 1)
      results.append(
        last.view(shape: outputs[1].shape, strides: outputs[1].shape.contiguousStrides).converted(to: dtype))
    }
    guard records else { return results }
    return results + [record.states] + (kind.gateCount > 1 ? [record.gates, record.extra].compactMap { $0 } : [])
  }

  /// What is added to the product of the input, and to the hidden part of a GRU's candidate: all other biases are added
  /// to the same sum.
  private func fusedBiases(_ operands: RecurrentOperands<Tensor>) -> (Tensor?, Tensor?) {
    guard let biasIH = operands.biasIH, let biasHH = operands.biasHH else { return (nil, nil) }
    guard kind == .gru else { return (biasIH + biasHH, nil) }
    let candidate = operands.weightHH.shape[1] * 2
    let both = biasIH.sliced(axis: 0, to: candidate) + biasHH.sliced(axis: 0, to: candidate)
    return (
      concatenated([both, biasIH.sliced(axis: 0, from: candidate)]),
      biasHH.sliced(axis: 0, from: candidate).contiguous()
    )
  }

  /// Memory for the record, with what holds before the first step. `gates` is the projected input, which the kernel
  /// replaces.
  private func prepared(_ operands: RecurrentOperands<Tensor>, _ gates: Tensor) -> RecurrentRecord {
    let steps = gates.shape[0]
    func slots(_ count: Int, _ start: Tensor) -> Tensor {
      let memory = Tensor(uninitialized: TensorSpec(Shape([count] + start.shape.sizes), gates.dtype))
      let place = count > 1 ? direction.first(of: steps) : 0
      let slot = memory.view(
        shape: start.shape, strides: start.shape.contiguousStrides, offset: place * start.elementCount)
      if start.elementCount > 0 { start.backend.map(Formulas.identity, [], [start], into: [slot]) }
      return memory
    }
    var record = RecurrentRecord(states: slots(steps + 1, operands.states[0]), gates: gates)
    if kind == .lstm { record.extra = slots(records ? steps + 1 : 1, operands.states[1]) }
    if kind == .gru, records {
      record.extra = Tensor(
        uninitialized: TensorSpec([steps, gates.shape[1], operands.weightHH.shape[1]], gates.dtype))
    }
    return record
  }

  func saves(needs: [Bool]) -> Saves {
    guard records else { return .inputs }
    return [.inputs, .output(recordStart), .output(recordStart + 1), .output(recordStart + 2)]
  }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let isPlain = records && !Modes.current.isRecording && gradients.dropFirst(recordStart).allSatisfy { $0 == nil }
    guard isPlain else { return RecurrentSteps(direction).gradients(gradients, saved, needs: needs, records: records) }
    let operands = RecurrentOperands(needs.indices.map(saved.input), kind)
    let record = (recordStart..<saved.outputSpecs.count).map(saved.output)
    let g = gradients[0] ?? Tensor(zeros: saved.outputSpecs[0].shape, dtype: record[0].dtype)
    var inputs = [g, operands.weightHH] + record
    if kind == .lstm { inputs.append(gradients[1] ?? operands.states[1].zerosLike()) }
    let found = apply(RecurrentSequenceGradient(direction), inputs)
    return parameterGradients(
      RecurrentOperands(needs, kind), operands, inputGates: found[0], hiddenGates: found[kind == .gru ? 1 : 0],
      before: direction.isReversed ? record[0].sliced(axis: 0, from: 1) : record[0].sliced(axis: 0, to: -1),
      states: Array(found[(kind == .gru ? 2 : 1)...].prefix(operands.states.count)))
  }

  /// The gradients of the inputs from those of the gates.
  private func parameterGradients(
    _ needs: RecurrentOperands<Bool>, _ operands: RecurrentOperands<Tensor>, inputGates: Tensor, hiddenGates: Tensor,
    before: Tensor, states: [Tensor]
  ) -> [Tensor?] {
    func product(_ wants: [Bool], _ inputs: [Tensor]) -> [Tensor?] {
      guard wants.contains(true) else { return [nil, nil, nil] }
      var found = apply(LinearGradient(wants: wants), inputs).makeIterator()
      return wants.map { $0 ? found.next() : nil }
    }
    let sharesBias = kind != .gru
    let wantsBias = (needs.biasIH ?? false) || (sharesBias && needs.biasHH ?? false)
    let ofInput = product([needs.input, needs.weightIH, wantsBias], [inputGates, operands.input, operands.weightIH])
    let ofHidden = product(
      [false, needs.weightHH, !sharesBias && needs.biasHH ?? false], [hiddenGates, before, operands.weightHH])
    var results = [ofInput[0], ofInput[1], ofHidden[1]]
    for state in states { results.append(state) }
    if operands.biasIH != nil { results += [ofInput[2], sharesBias ? ofInput[2] : ofHidden[2]] }
    return results
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    compositeTangents(tangents, inputs) { RecurrentSteps(direction).run($0, records: records) }
  }

  /// One sequence of all examples' batches, where the weights are the same for all.
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let states = kind == .lstm ? 3..<5 : 3..<4
    let isShared = batch.isBatched.indices.allSatisfy { $0 == 0 || states.contains($0) || !batch.isBatched[$0] }
    guard isShared, batch.size > 0 else { return batch.looping(self) }
    let operands = batch.inputs.indices.map { index in
      index == 0
        ? batch.joined(0, along: 1) : states.contains(index) ? batch.joined(index, along: 0) : batch.inputs[index]
    }
    return apply(self, operands).map { batch.parted($0, along: $0.rank - 2) }
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let all = RecurrentReference(direction: direction).forward(RecurrentOperands(inputs, kind))
    return records ? all : Array(all.prefix(recordStart))
  }

  static let samples = [
    sample(RecurrentSequence(.lstm, records: true), biases: true),
    sample(RecurrentSequence(.lstm, isReversed: true, records: true), biases: false),
    sample(RecurrentSequence(.gru, records: true), biases: true),
    sample(RecurrentSequence(.gru, isReversed: true, records: true), biases: false),
    sample(RecurrentSequence(.tanh, records: true), biases: true),
    sample(RecurrentSequence(.relu, isReversed: true, records: true), biases: false),
    sample(RecurrentSequence(.lstm, records: false), biases: true),
    sample(RecurrentSequence(.gru, records: false), biases: true),
  ]

  static let refusals = [
    Refusal(
      RecurrentSequence(.tanh, records: false), .real([2, 3]), .real([2, 3]), .real([2, 2]), .real([2, 2]),
      because: "an input [steps, batch, in]"),
    Refusal(
      RecurrentSequence(.gru, records: false), .real([2, 2, 3]), .real([2, 3]), .real([2, 2]), .real([2, 2]),
      because: "weights [6, 3] and [6, 2]"),
    Refusal(
      RecurrentSequence(.tanh, records: false), .real([2, 2, 3]), .real([2, 3]), .real([2, 2]), .real([3, 2]),
      because: "states [2, 2]"),
    Refusal(
      RecurrentSequence(.tanh, records: false), .real([2, 2, 3]), .real([2, 3]), .real([2, 2]), .real([2, 2]),
      .real([2]), .real([3]), because: "biases [2]"),
    Refusal(
      RecurrentSequence(.relu, records: false), .integers([2, 2, 3], in: 0..<2), .integers([2, 3], in: 0..<2),
      .integers([2, 2], in: 0..<2), .integers([2, 2], in: 0..<2), because: "floating point"),
  ]

  private static func sample(_ operation: RecurrentSequence, biases: Bool) -> Sample {
    let (kind, rows) = (operation.kind, 2 * operation.kind.gateCount)
    let states: [SampleInput] = Array(repeating: .real([2, 2]), count: kind == .lstm ? 2 : 1)
    let shapes: [SampleInput] = [.real([3, 2, 3]), .real([rows, 3]), .real([rows, 2])]
    return Sample(
      operation, inputs: shapes + states + (biases ? [.real([rows]), .real([rows])] : []))
  }
}

/// Runs a recurrent layer along a sequence.
///
/// Shape: input [T, N, in], weightIH [G·H, in], weightHH [G·H, H], biases [G·H], each of the states [N, H]; the output is
/// [T, N, H], beside it the states after the last step.
package func recurrentSequence(
  _ kind: RecurrentKind, _ input: Tensor, weightIH: Tensor, weightHH: Tensor, biases: [Tensor], states: [Tensor],
  isReversed: Bool
) -> (output: Tensor, state: [Tensor]) {
  let inputs = [input, weightIH, weightHH] + states + biases
  let records = Modes.current.isRecording && inputs.contains(where: \.requiresGrad)
  let results = apply(RecurrentSequence(kind, isReversed: isReversed, records: records), inputs)
  guard !results[0].isInvalid, input.shape[0] > 0 else { return (results[0], states) }
  let place = isReversed ? 0 : input.shape[0] - 1
  let last = results[0].sliced(axis: 0, from: place, to: place + 1).squeezed(0)
  return (results[0], kind == .lstm ? [last, results[1]] : [last])
}
