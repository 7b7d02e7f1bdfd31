/// The cells of recurrent networks. Gates stand in PyTorch's order: i, f, g, o of an LSTM, r, z, n of a GRU.
package enum RecurrentKind: Int32, Hashable, Sendable, CaseIterable {
  // The raw values are those of `weft_cell` in CWeft.
  case tanh = 0
  case relu = 1
  case lstm = 2
  case gru = 3

  /// How many times the hidden size a layer's weights have rows.
  package var gateCount: Int {
    switch self {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru: 3
    }
  }

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

/// What a run along a sequence leaves for its gradient. Slot s of `states`, and of an LSTM's `extra`, its cells, is what
/// holds between two steps, [T + 1, N, H].
struct RecurrentRecord {
  var states: Tensor
  /// The gates' values, [T, N, G·H]; nil where the states say it all.
  var gates: Tensor?
  /// An LSTM's cells; the hidden part of a GRU's candidates, [T, N, H].
  var extra: Tensor?
}

/// A kind of cell and the way it goes along the sequence.
struct RecurrentDirection: Hashable, Sendable, Codable {
  let kind: RecurrentKind
  /// From the end of the sequence to its start.
  var isReversed = false

  /// The first step's slot, before it.
  func first(of steps: Int) -> Int { isReversed ? steps : 0 }
  /// The last step's slot, after it.
  func last(of steps: Int) -> Int { isReversed ? 0 : steps }

  /// The slots after each step.
  func after(_ slots: Tensor) -> Tensor { Self.slots(slots, from: isReversed ? 0 : 1, count: slots.shape[0] - 1) }

  /// A view outside any graph.
  static func slots(_ tensor: Tensor, from start: Int, count: Int) -> Tensor {
    let shape: Shape = [count, tensor.shape[1], tensor.shape[2]]
    return tensor.view(shape: shape, strides: tensor.strides, offset: tensor.offset + start * tensor.strides[0])
  }
}

/// In files a kind stands by its name.
extension RecurrentKind: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let kind = Self.allCases.first(where: { "\($0)" == name }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(name)' is no cell; there are \(Self.allCases)")
    }
    self = kind
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(self)")
  }
}
