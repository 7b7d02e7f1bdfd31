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

  /// What layers of it are called.
  package var layerName: String {
    switch self {
    case .tanh, .relu: "RNN"
    case .lstm: "LSTM"
    case .gru: "GRU"
    }
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
