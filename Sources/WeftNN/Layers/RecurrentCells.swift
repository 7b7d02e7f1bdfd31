import WeftTensor

/// What `RNNCell`, `LSTMCell` and `GRUCell` share: one step of a recurrent layer, for loops of one's own.
///
/// Shape: input [N, in] and states [N, H] to states [N, H], or all without N. Parameters, even within 1/√H at first:
/// `weight_ih` [gates·H, in], `weight_hh` [gates·H, H], `bias_ih` and `bias_hh` [gates·H].
public class RecurrentCellLayer: Module {
  /// The map of the input, [gates·H, in].
  public var weightIh: Parameter
  /// The map of the hidden state, [gates·H, H].
  public var weightHh: Parameter
  /// The bias of the input's map, [gates·H]; nil without `bias`.
  public var biasIh: Parameter?
  /// The bias of the hidden state's map, [gates·H]; nil without `bias`.
  public var biasHh: Parameter?
  /// The features of an input.
  public let inputSize: Int
  /// H, the features of a state.
  public let hiddenSize: Int
  private let kind: RecurrentKind

  init(_ kind: RecurrentKind, _ inputSize: Int, _ hiddenSize: Int, _ bias: Bool) {
    let hiddenSize = LayerCheck.size(hiddenSize, "a hidden size", layer: kind.layerName + "Cell")
    (self.kind, self.inputSize, self.hiddenSize) = (kind, inputSize, hiddenSize)
    let initializer = Initializer.uniform(fanIn: hiddenSize)
    let rows = kind.gateCount * hiddenSize
    weightIh = Parameter(initializer([rows, inputSize]))
    weightHh = Parameter(initializer([rows, hiddenSize]))
    biasIh = bias ? Parameter(initializer([rows])) : nil
    biasHh = bias ? Parameter(initializer([rows])) : nil
  }

  /// The next states from those before; without any, from zeros.
  func step(_ input: Tensor, _ states: [Tensor]?) -> [Tensor] {
    let count = kind == .lstm ? 2 : 1
    if let error = misuse(input, states) { return Array(repeating: .failed(error), count: count) }
    let isSingle = input.rank == 1
    let rows = isSingle ? input.unsqueezed(0) : input
    let given = states?.map { isSingle ? $0.unsqueezed(0) : $0 }
    let zeros = Tensor(zeros: [rows.shape[0], hiddenSize], dtype: rows.dtype)
    let (bias, hiddenBias) = kind.biases(biasIh?.tensor, biasHh?.tensor)
    let next = kind.step(
      linear(rows, weight: weightIh.tensor, bias: bias), given ?? Array(repeating: zeros, count: count),
      weight: weightHh.tensor, bias: hiddenBias)
    return isSingle ? next.map { $0.squeezed(0) } : next
  }

  private func misuse(_ input: Tensor, _ states: [Tensor]?) -> TensorError? {
    let name = "\(type(of: self))"
    guard input.rank == 1 || input.rank == 2, input.shape[-1] == inputSize else {
      return TensorError(
        .shape, operation: name, operands: [("input", input.spec)],
        expected: "an input [batch, \(inputSize)] or [\(inputSize)]", got: "\(input.shape)")
    }
    if let error = TensorError.wider(input, than: weightIh, layer: name) { return error }
    let wanted = Shape(input.shape.sizes.dropLast() + [hiddenSize])
    guard let state = states?.first(where: { $0.shape != wanted }) else { return nil }
    return TensorError(
      .shape, operation: name, operands: [("input", input.spec), ("state", state.spec)],
      expected: "a state \(wanted)", got: "\(state.shape)")
  }
}

/// One step of an `RNN`: h' = tanh(W_ih·x + b_ih + W_hh·h + b_hh), or relu instead of tanh; see `RecurrentCellLayer`.
public final class RNNCell: RecurrentCellLayer {
  /// - Parameter bias: Whether both linear maps add one.
  public init(_ inputSize: Int, _ hiddenSize: Int, bias: Bool = true, nonlinearity: RNN.Nonlinearity = .tanh) {
    super.init(nonlinearity == .tanh ? .tanh : .relu, inputSize, hiddenSize, bias)
  }

  public override func forward(_ input: Tensor) -> Tensor { step(input, nil)[0] }

  /// The next hidden state; `state` left out, from zeros.
  public func callAsFunction(_ input: Tensor, state: Tensor?) -> Tensor {
    inPath { step(input, state.map { [$0] })[0] }
  }
}

/// One step of a `GRU`; see `RecurrentCellLayer`. Gates stand in the order r, z, n.
public final class GRUCell: RecurrentCellLayer {
  /// - Parameter bias: Whether both linear maps add one.
  public init(_ inputSize: Int, _ hiddenSize: Int, bias: Bool = true) {
    super.init(.gru, inputSize, hiddenSize, bias)
  }

  public override func forward(_ input: Tensor) -> Tensor { step(input, nil)[0] }

  /// The next hidden state; `state` left out, from zeros.
  public func callAsFunction(_ input: Tensor, state: Tensor?) -> Tensor {
    inPath { step(input, state.map { [$0] })[0] }
  }
}

/// One step of an `LSTM`; see `RecurrentCellLayer`. Gates stand in the order i, f, g, o.
///
/// ```swift
/// let cell = LSTMCell(28, 64)
/// var state: LSTM.State?
/// for row in rows.unbound(axis: 1) { state = cell(row, state: state) }
/// ```
public final class LSTMCell: RecurrentCellLayer {
  /// - Parameter bias: Whether both linear maps add one.
  public init(_ inputSize: Int, _ hiddenSize: Int, bias: Bool = true) {
    super.init(.lstm, inputSize, hiddenSize, bias)
  }

  /// The hidden state after one step from zeros.
  public override func forward(_ input: Tensor) -> Tensor { step(input, nil)[0] }

  /// The next hidden state and cell; `state` left out, from zeros.
  public func callAsFunction(_ input: Tensor, state: LSTM.State?) -> LSTM.State {
    inPath {
      let next = step(input, state.map { [$0.hidden, $0.cell] })
      return (next[0], next[1])
    }
  }
}
