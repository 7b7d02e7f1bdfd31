import Testing
import Weft

@Suite struct RecurrentTests {
  /// The layer of a case, `rnn_lengths_deep` being an RNN with the options of `lengths_deep`.
  private func layer(_ name: String) throws -> RecurrentLayer {
    let parts = name.split(separator: "_", maxSplits: 1).map(String.init)
    let isDeep = name.hasSuffix("deep")
    let (hidden, layers) = isDeep ? (2, 2) : name.hasSuffix("lengths") ? (2, 1) : (4, 1)
    let bias = !name.hasSuffix("no_bias")
    if name == "lstm_projected" { return LSTM(3, 4, numLayers: 2, bidirectional: true, projSize: 2) }
    switch parts[0] {
    case "rnn":
      return RNN(
        3, hidden, numLayers: layers, nonlinearity: name == "rnn_relu" ? .relu : .tanh, bias: bias,
        batchFirst: isDeep, bidirectional: isDeep)
    case "lstm": return LSTM(3, hidden, numLayers: layers, bias: bias, batchFirst: isDeep, bidirectional: isDeep)
    default: return GRU(3, hidden, numLayers: layers, bias: bias, batchFirst: isDeep, bidirectional: isDeep)
    }
  }

  private func call(_ layer: RecurrentLayer, _ inputs: [Tensor], _ lengths: [Int]?) -> [Tensor] {
    switch layer {
    case let layer as RNN:
      let (output, state) = layer(inputs[0], state: inputs.count > 1 ? inputs[1] : nil, lengths: lengths)
      return [output, state]
    case let layer as GRU:
      let (output, state) = layer(inputs[0], state: inputs.count > 1 ? inputs[1] : nil, lengths: lengths)
      return [output, state]
    case let layer as LSTM:
      let (output, state) = layer(
        inputs[0], state: inputs.count > 1 ? (inputs[1], inputs[2]) : nil, lengths: lengths)
      return [output, state.hidden, state.cell]
    default: return []
    }
  }

  @Test func goldens() throws {
    for (name, golden) in try GoldenCase.family("recurrent") {
      let layer = try layer(name)
      golden.compare(layer) { call(layer, $0, name.contains("lengths") ? [2, 4, 1] : nil) }
    }
  }

  @Test func stepsAfterTheEndNeverReachAnything() {
    let layer = LSTM(2, 3, bidirectional: true)
    var values = (0..<12).map { Double($0) / 10 }
    let first = layer(Tensor(values, shape: [3, 2, 2]), lengths: [3, 1])
    for place in [6, 7, 10, 11] { values[place] = .nan }
    let second = layer(Tensor(values, shape: [3, 2, 2]), lengths: [3, 1])
    #expect(first.output.scalars(as: Float.self) == second.output.scalars(as: Float.self))
    #expect(first.state.hidden.scalars(as: Float.self) == second.state.hidden.scalars(as: Float.self))
  }

  /// One step at a time goes another way than a sequence.
  @Test func stepsGivenOneByOneAreTheSequence() {
    let layers: [RecurrentLayer] = [LSTM(3, 5, numLayers: 2), GRU(3, 5, numLayers: 2), RNN(3, 5, nonlinearity: .relu)]
    let input = Tensor((0..<24).map { Double($0 % 7) / 4 - 0.7 }, shape: [4, 2, 3])
    for layer in layers {
      let whole = call(layer, [input], nil)
      var state: [Tensor] = []
      for step in 0..<4 {
        let found = call(layer, [input.sliced(axis: 0, from: step, to: step + 1)] + state, nil)
        #expect(found[0].isClose(to: whole[0].sliced(axis: 0, from: step, to: step + 1), relative: 1e-5, absolute: 1e-6))
        state = Array(found.dropFirst())
      }
      for (a, b) in zip(state, whole.dropFirst()) { #expect(a.isClose(to: b, relative: 1e-5, absolute: 1e-6)) }
    }
  }

  @Test func aSequenceOfLayersGetsTheOutput() {
    let model = Sequential {
      LSTM(4, 6, batchFirst: true); Linear(6, 2)
    }
    #expect(model(Tensor(zeros: [3, 5, 4])).shape == [3, 5, 2])
    #expect(GRU(4, 6)(Tensor(zeros: [5, 4])).shape == [5, 6])
  }

  @Test func dropoutActsBetweenLayersInTrainingOnly() {
    let layer = GRU(2, 8, numLayers: 2, dropout: 0.5)
    let input = Tensor(ones: [4, 1, 2])
    let (a, b): (Tensor, Tensor) = (layer(input), layer(input))
    #expect(a.scalars(as: Float.self) != b.scalars(as: Float.self))
    layer.eval()
    let (c, d): (Tensor, Tensor) = (layer(input), layer(input))
    #expect(c.scalars(as: Float.self) == d.scalars(as: Float.self))
  }

  @Test func namesArePyTorchs() {
    #expect(
      LSTM(2, 3, numLayers: 2, bidirectional: true).namedParameters().map(\.name) == [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse", "weight_hh_l0_reverse",
        "bias_ih_l0_reverse", "bias_hh_l0_reverse", "weight_ih_l1", "weight_hh_l1", "bias_ih_l1", "bias_hh_l1",
        "weight_ih_l1_reverse", "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse",
      ])
  }

  @Test func misuseNamesTheLayerAndWhatItTakes() throws {
    let model = Sequential { LSTM(4, 6, batchFirst: true) }
    let error = try #require(throws: TensorError.self) { try withTensorErrors { model(Tensor(zeros: [3, 5, 6])) } }
    #expect(
      error.description == """
        [LSTM] in 0: expected an input [batch, steps, 4] or [steps, 4], got [3, 5, 6]
          input: float32 [3, 5, 6]
          hint: the last axis holds the features of one step
        """)
    let gru = GRU(4, 6)
    let lengths = try #require(throws: TensorError.self) {
      try withTensorErrors { gru(Tensor(zeros: [5, 3, 4]), lengths: [5, 0, 6]).output }
    }
    #expect(lengths.description.contains("expected 3 lengths in 1 ... 5, one per sequence of the batch, got [5, 0, 6]"))
    let state = try #require(throws: TensorError.self) {
      try withTensorErrors { gru(Tensor(zeros: [5, 3, 4]), state: Tensor(zeros: [1, 2, 6])).output }
    }
    #expect(state.description.contains("expected a state [1, 3, 6], [layers * directions, batch, size], got [1, 2, 6]"))
  }
}
