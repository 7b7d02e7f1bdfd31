import WeftTensor

/// What `RNN`, `LSTM` and `GRU` share: layers of cells run along a sequence, and with `bidirectional` also back from its
/// end; outputs of both directions stand side by side, and are the input of the next layer.
///
/// Shape: [T, N, in] to [T, N, D·H] with T steps, D directions, H the hidden size; [N, T, ...] with `batchFirst`; without N
/// for a single sequence. States are [layers·D, N, H] in either case. Parameters, for layer k and with `_reverse` for the
/// direction back, even within 1/√H at first: `weight_ih_lk` [gates·H, in], `weight_hh_lk` [gates·H, H],
/// `bias_ih_lk` and `bias_hh_lk` [gates·H].
///
/// Sequences of different lengths lie in one batch padded at the end, with `lengths` saying where each ends. As with
/// PyTorch's packed sequences, outputs after the end are zero, final states are those of the last valid step, and the
/// direction back starts at each sequence's end.
public class RecurrentLayer: Module {
  /// The features of an input's step.
  public let inputSize: Int
  /// H, the features of a hidden state.
  public let hiddenSize: Int
  /// How many layers run one after another.
  public let numLayers: Int
  /// Whether each layer also runs back from the end, with weights of its own.
  public let bidirectional: Bool
  /// Whether sequences are [N, T, ...] rather than [T, N, ...].
  public let batchFirst: Bool
  /// The rate at which the outputs of all layers but the last are dropped in training.
  public let dropout: Double
  /// The size of each state of a cell, the one that is its output first.
  let stateSizes: [Int]
  private let kind: RecurrentKind
  private let cells: [[RecurrentCell]]  // by layer and direction

  init(
    _ kind: RecurrentKind, stateSizes: [Int], _ inputSize: Int, _ hiddenSize: Int, _ numLayers: Int, _ bias: Bool,
    _ batchFirst: Bool, _ dropout: Double, _ bidirectional: Bool
  ) {
    let hiddenSize = LayerCheck.size(hiddenSize, "a hidden size", layer: kind.layerName)
    let stateSizes = stateSizes.map { LayerCheck.size($0, "a hidden size", layer: kind.layerName) }
    let inputSize = LayerCheck.size(inputSize, "an input size", layer: kind.layerName)
    let numLayers = LayerCheck.layers(numLayers, atLeast: 1, layer: kind.layerName)
    (self.inputSize, self.hiddenSize, self.numLayers) = (inputSize, hiddenSize, numLayers)
    (self.bidirectional, self.batchFirst) = (bidirectional, batchFirst)
    (self.dropout, self.stateSizes, self.kind) = (dropout, stateSizes, kind)
    let directions = bidirectional ? 2 : 1
    let outputSize = stateSizes[0]
    cells = (0..<self.numLayers).map { layer in
      (0..<directions).map { direction in
        RecurrentCell(
          suffix: "_l\(layer)" + (direction == 1 ? "_reverse" : ""), gates: kind.gateCount,
          inputSize: layer == 0 ? inputSize : directions * outputSize, hiddenSize: hiddenSize, outputSize: outputSize,
          bias: bias)
      }
    }
    super.init()
    LayerCheck.probability(dropout, layer: "\(type(of: self))")
  }

  public override var properties: [(name: String, value: Any)] { cells.joined().flatMap(\.parameters) }

  public override func forward(_ input: Tensor) -> Tensor { run(input, from: nil, lengths: nil).output }

  /// Runs all layers. `initial` and the result hold each kind of state for all cells, [layers·D, N, H].
  func run(_ input: Tensor, from initial: [Tensor]?, lengths: [Int]?) -> (output: Tensor, state: [Tensor]) {
    if let error = misuse(input, initial, lengths) {
      let failed = Tensor.failed(error)
      return (failed, stateSizes.map { _ in failed })
    }
    let isSingle = input.rank == 2
    // In memory, too, the steps come one after another from here on: the layers' large products want that.
    var x = isSingle ? input.unsqueezed(1) : batchFirst ? input.transposed(0, 1).contiguous() : input
    let ends = SequenceEnds(lengths, steps: x.shape[0])
    // The padding runs through the cells, and its states are dropped; were it not finite, 0 times it would reach the
    // gradients of the weights.
    if let isValid = ends.isValid { x = Tensor.where(isValid, x, 0) }
    var states = startingStates(initial, isSingle, batch: x.shape[1], x.dtype)
    for (layer, directions) in cells.enumerated() {
      if layer > 0, isTraining, dropout > 0 {
        x = x.dropout(probability: dropout)
      }
      let runs = directions.enumerated().map { direction, cell in
        let place = layer * directions.count + direction
        let (output, last) = run(cell, x, from: states[place], isBackward: direction == 1, ends)
        states[place] = last
        return output
      }
      x = runs.count == 1 ? runs[0] : concatenated(runs, axis: -1)
    }
    let last = stateSizes.indices.map { kind in stacked(states.map { $0[kind] }) }
    if isSingle { return (x.squeezed(1), last.map { $0.squeezed(1) }) }
    return (batchFirst ? x.transposed(0, 1) : x, last)
  }

  /// Runs one cell along [T, N, in].
  private func run(
    _ cell: RecurrentCell, _ input: Tensor, from initial: [Tensor], isBackward: Bool, _ ends: SequenceEnds
  ) -> (output: Tensor, state: [Tensor]) {
    // A single step is not worth what whole sequences prepare.
    guard input.shape[0] > 1, !ends.differ, cell.weightHR == nil else {
      // In the type that whole sequences are computed in.
      return autocast(nil) { runSteps(cell, input, from: initial, isBackward: isBackward, ends) }
    }
    return recurrentSequence(
      kind, input, weightIH: cell.weightIH.tensor, weightHH: cell.weightHH.tensor,
      biases: [cell.biasIH, cell.biasHH].compactMap { $0?.tensor }, states: initial, isReversed: isBackward)
  }

  /// The same step by step, where sequences end at different steps or the output is projected.
  private func runSteps(
    _ cell: RecurrentCell, _ input: Tensor, from initial: [Tensor], isBackward: Bool, _ ends: SequenceEnds
  ) -> (output: Tensor, state: [Tensor]) {
    let (biasIH, biasHH) = kind.biases(cell.biasIH?.tensor, cell.biasHH?.tensor)
    let all = linear(input, weight: cell.weightIH.tensor, bias: biasIH)
    let inputs = all.unbound()
    guard inputs.count == input.shape[0] else { return (all, initial) }  // an error was reported
    let (weight, projection) = (cell.weightHH.tensor, cell.weightHR?.tensor)
    var state = initial
    var outputs = inputs
    for place in isBackward ? Array(inputs.indices.reversed()) : Array(inputs.indices) {
      var next = kind.step(inputs[place], state, weight: weight, bias: biasHH)
      if let projection { next[0] = linear(next[0], weight: projection) }
      guard let isRunning = ends.isRunning[place] else {
        state = next
        outputs[place] = next[0]
        continue
      }
      // A sequence that has ended keeps its state, and outputs zero.
      state = zip(next, state).map { Tensor.where(isRunning, $0, $1) }
      outputs[place] = Tensor.where(isRunning, next[0], 0)
    }
    return (stacked(outputs), state)
  }

  /// Each cell's states: those given, or zeros.
  private func startingStates(_ initial: [Tensor]?, _ isSingle: Bool, batch: Int, _ dtype: DType) -> [[Tensor]] {
    let count = cells.joined().count
    guard let initial else {
      let zeros = stateSizes.map { Tensor(zeros: [batch, $0], dtype: dtype) }
      return Array(repeating: zeros, count: count)
    }
    let kinds = initial.map { (isSingle ? $0.unsqueezed(1) : $0).split(size: 1) }
    return (0..<count).map { cell in kinds.map { $0[cell].squeezed(0) } }
  }

  /// What is wrong with the arguments of a call, if anything.
  private func misuse(_ input: Tensor, _ initial: [Tensor]?, _ lengths: [Int]?) -> TensorError? {
    let operation = "\(type(of: self))"
    let operands = [(name: "input", spec: input.spec)]
    let batched = batchFirst ? "[batch, steps, \(inputSize)]" : "[steps, batch, \(inputSize)]"
    guard input.rank == 2 || input.rank == 3, input.shape[-1] == inputSize else {
      return TensorError(
        .shape, operation: operation, operands: operands, expected: "an input \(batched) or [steps, \(inputSize)]",
        got: "\(input.shape)", hint: "the last axis holds the features of one step")
    }
    if let error = TensorError.wider(input, than: cells[0][0].weightIH, layer: operation) { return error }
    let batch = input.rank == 2 ? 1 : input.shape[batchFirst ? 0 : 1]
    let steps = input.rank == 2 || !batchFirst ? input.shape[0] : input.shape[1]
    guard steps > 0 else {
      return TensorError(
        .shape, operation: operation, operands: operands,
        expected: "at least one step in \(input.rank == 2 ? "[steps, \(inputSize)]" : batched)", got: "\(input.shape)")
    }
    for (state, size) in zip(initial ?? [], stateSizes) {
      let wanted = Shape([cells.joined().count] + (input.rank == 2 ? [] : [batch]) + [size])
      if state.shape == wanted { continue }
      return TensorError(
        .shape, operation: operation, operands: operands + [("state", state.spec)],
        expected: "a state \(wanted), [layers * directions, batch, size]", got: "\(state.shape)",
        hint: batchFirst ? "`batchFirst` does not turn states" : "")
    }
    guard let lengths else { return nil }
    let isFit = lengths.allSatisfy { (1...steps).contains($0) }
    guard lengths.count == batch, isFit else {
      let isTurned = lengths.count == steps && steps != batch
      let shortest = lengths.min() ?? 1
      return TensorError(
        .value, operation: operation, operands: operands,
        expected: "\(batch) lengths in 1 ... \(steps), one per sequence of the batch", got: "\(lengths)",
        hint: isTurned
          ? "axes are \(batched); `batchFirst` tells which of the two comes first"
          : shortest < 1 ? "a sequence of no steps has no last state: leave it out of the batch" : "")
    }
    return nil
  }
}

/// The parameters of one layer in one direction.
struct RecurrentCell {
  let suffix: String
  let weightIH: Parameter
  let weightHH: Parameter
  let biasIH: Parameter?
  let biasHH: Parameter?
  /// The projection of an LSTM's hidden state, where its output is smaller.
  let weightHR: Parameter?

  init(suffix: String, gates: Int, inputSize: Int, hiddenSize: Int, outputSize: Int, bias: Bool) {
    let initializer = Initializer.uniform(fanIn: hiddenSize)
    let rows = gates * hiddenSize
    self.suffix = suffix
    weightIH = Parameter(initializer([rows, inputSize]))
    weightHH = Parameter(initializer([rows, outputSize]))
    biasIH = bias ? Parameter(initializer([rows])) : nil
    biasHH = bias ? Parameter(initializer([rows])) : nil
    weightHR = outputSize == hiddenSize ? nil : Parameter(initializer([outputSize, hiddenSize]))
  }

  var parameters: [(name: String, value: Any)] {
    let named: [(String, Parameter?)] = [
      ("weight_ih", weightIH), ("weight_hh", weightHH), ("bias_ih", biasIH), ("bias_hh", biasHH),
      ("weight_hr", weightHR),
    ]
    return named.compactMap { name, parameter in parameter.map { (name + suffix, $0) } }
  }
}

/// Which sequences of a padded batch are still running at each step.
struct SequenceEnds {
  /// [N, 1] of bool for each step; nil where all sequences run.
  let isRunning: [Tensor?]
  /// Whether any ends before the others.
  var differ: Bool { isRunning.contains { $0 != nil } }
  /// [T, N, 1] of bool: the steps that are no padding; nil where there is none.
  let isValid: Tensor?

  init(_ lengths: [Int]?, steps: Int) {
    isRunning = (0..<steps).map { step in
      guard let lengths, lengths.contains(where: { $0 <= step }) else { return nil }
      return Tensor(lengths.map { step < $0 }, shape: [lengths.count, 1])
    }
    isValid = lengths.flatMap { lengths in
      guard lengths.contains(where: { $0 < steps }) else { return nil }
      let valid = (0..<steps).flatMap { step in lengths.map { step < $0 } }
      return Tensor(valid, shape: [steps, lengths.count, 1])
    }
  }
}
