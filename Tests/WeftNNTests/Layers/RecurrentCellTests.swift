import Testing
import Weft

@Suite struct RecurrentCellTests {
  private func call(_ layer: RecurrentCellLayer, _ inputs: [Tensor]) -> [Tensor] {
    let state = inputs.count > 1 ? inputs[1] : nil
    switch layer {
    case let layer as RNNCell: return [layer(inputs[0], state: state)]
    case let layer as GRUCell: return [layer(inputs[0], state: state)]
    case let layer as LSTMCell:
      let next = layer(inputs[0], state: state.map { ($0, inputs[2]) })
      return [next.hidden, next.cell]
    default: return []
    }
  }

  @Test func goldens() throws {
    for (name, golden) in try GoldenCase.family("cells") {
      let bias = !name.hasSuffix("no_bias")
      let layer: RecurrentCellLayer =
        name.hasPrefix("lstm")
        ? LSTMCell(3, 4, bias: bias)
        : name.hasPrefix("gru")
          ? GRUCell(3, 4, bias: bias) : RNNCell(3, 4, bias: bias, nonlinearity: name == "rnn_relu" ? .relu : .tanh)
      golden.compare(layer) { call(layer, $0) }
    }
  }

  @Test func aCellAlongASequenceIsTheLayer() {
    let (layer, cell) = (LSTM(3, 4), LSTMCell(3, 4))
    for (parameter, other) in zip(cell.parameters(), layer.parameters()) { parameter.value = other.value }
    let input = Tensor((0..<30).map { Double($0 % 7) / 4 - 0.7 }, shape: [5, 2, 3])
    let whole = layer(input, state: nil)
    var state: LSTM.State?
    for step in input.unbound() { state = cell(step, state: state) }
    let (steps, end) = (state?.cell.scalars(as: Float.self) ?? [], whole.state.cell.scalars(as: Float.self))
    #expect(steps.count == end.count)
    #expect(zip(steps, end).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func wrongShapesNameTheCell() throws {
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { GRUCell(3, 4)(Tensor(zeros: [2, 3]), state: Tensor(zeros: [2, 3])) }
    }
    #expect(
      error.description == """
        [GRUCell]: expected a state [2, 4], got [2, 3]
          input: float32 [2, 3]
          state: float32 [2, 3]
        """)
    #expect(throws: TensorError.self) { try withTensorErrors { RNNCell(3, 4)(Tensor(zeros: [2, 4])) } }
  }
}
