extension RecurrentKind {
  /// The next states from the projected input and the states before, of which the output is the first.
  ///
  /// Shape: input [N, G·H], states [N, H] (an output that is projected has its own size); weight [G·H, H]. `bias` [G·H]
  /// belongs to the hidden product: a GRU's, whose candidate has the reset gate on it.
  package func step(_ input: Tensor, _ states: [Tensor], weight: Tensor, bias: Tensor?) -> [Tensor] {
    let hidden = linear(states[0], weight: weight, bias: bias)
    switch self {
    case .tanh: return [(input + hidden).tanh()]
    case .relu: return [(input + hidden).relu()]
    case .lstm:
      let (output, cell) = lstmStep(gates: input + hidden, cell: states[1])
      return [output, cell]
    case .gru: return [gruStep(inputGates: input, hiddenGates: hidden, hidden: states[0])]
    }
  }

  /// The biases of the input's product and of the hidden one. Where both are added to the same sum they are one.
  package func biases(_ input: Tensor?, _ hidden: Tensor?) -> (input: Tensor?, hidden: Tensor?) {
    guard self != .gru, let input, let hidden else { return (input, hidden) }
    return (input + hidden, nil)
  }
}

/// The inputs of `RecurrentSequence`, or what is known of them: x [T, N, in], W_ih [G·H, in], W_hh [G·H, H], the states
/// before the first step [N, H], and, maybe, biases [G·H].
struct RecurrentOperands<Value> {
  var input, weightIH, weightHH: Value
  var states: [Value]
  var biasIH, biasHH: Value?

  init(_ values: [Value], _ kind: RecurrentKind) {
    let rest = kind == .lstm ? 5 : 4
    (input, weightIH, weightHH, states) = (values[0], values[1], values[2], Array(values[3..<rest]))
    (biasIH, biasHH) = values.count > rest + 1 ? (values[rest], values[rest + 1]) : (nil, nil)
  }
}
