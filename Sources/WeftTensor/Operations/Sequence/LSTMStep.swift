/// One step of a long short-term memory (Hochreiter and Schmidhuber, 1997) after its linear maps:
/// c' = σ(f)·c + σ(i)·tanh(g), h' = σ(o)·tanh(c'). One pass forward; one pass for all gradients.
///
/// Inputs: the pre-activations i, f, g, o and the cell c, of one shape.
public struct LSTMStep: ElementwiseOperation {
  public static let name = "lstmStep"
  public static let formerNames = ["lstm_step"]
  public static let operands: Operands = ["inputGate", "forgetGate", "candidate", "outputGate", "cell"]
  public static let formula = Formula(inputs: 5) { x, _ in
    let cell = sigmoid(x[1]) * x[4] + sigmoid(x[0]) * tanh(x[2])
    return [sigmoid(x[3]) * tanh(cell), cell]
  }
  public static var resultType: ElementwiseResult { .floating }
  public static let samples = [
    Sample(LSTMStep(), .real([2, 3]), .real([2, 3]), .real([2, 3]), .real([2, 3]), .real([2, 3]))
  ]
  public init() {}
}

/// The next hidden state and cell of an LSTM.
///
/// Shape: gates [..., 4·H], the pre-activations of input gate, forget gate, candidate and output gate, in PyTorch's
/// order; cell [..., H]; results [..., H].
public func lstmStep(gates: Tensor, cell: Tensor) -> (hidden: Tensor, cell: Tensor) {
  guard cell.rank > 0, gates.shape == Shape(cell.shape.sizes.dropLast() + [4 * cell.shape[-1]]) else {
    let failed = Tensor.failed(
      TensorError(
        .shape, operation: LSTMStep.name, operands: [("gates", gates.spec), ("cell", cell.spec)],
        expected: "gates of the cell's shape, the last axis 4 times as long", got: "\(gates.shape) and \(cell.shape)"))
    return (failed, failed)
  }
  let parts = gates.split(into: Array(repeating: cell.shape[-1], count: 4), axis: -1)
  let results = apply(LSTMStep(), parts + [cell])
  return (results[0], results[1])
}
