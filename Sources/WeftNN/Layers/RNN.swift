import WeftTensor

/// A plain recurrent network (Elman, 1990): h' = tanh(W_ih·x + b_ih + W_hh·h + b_hh), or relu instead of tanh.
///
/// See `RecurrentLayer` for shapes, parameters and sequences of different lengths.
public final class RNN: RecurrentLayer {
  /// The function of a cell.
  public enum Nonlinearity: Sendable {
    /// The hyperbolic tangent, or max(x, 0).
    case tanh, relu
  }
  /// The function of every cell.
  public let nonlinearity: Nonlinearity

  /// - Parameters:
  ///   - bias: Whether both linear maps add one.
  ///   - batchFirst: Whether sequences are [N, T, ...] rather than [T, N, ...].
  ///   - dropout: The rate at which the outputs of all layers but the last are dropped in training.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, numLayers: Int = 1, nonlinearity: Nonlinearity = .tanh, bias: Bool = true,
    batchFirst: Bool = false, dropout: Double = 0, bidirectional: Bool = false
  ) {
    self.nonlinearity = nonlinearity
    super.init(
      nonlinearity == .tanh ? .tanh : .relu, stateSizes: [hiddenSize], inputSize, hiddenSize, numLayers, bias,
      batchFirst, dropout, bidirectional)
  }

  /// The outputs of the last layer, and the last hidden state of every layer and direction.
  ///
  /// - Parameters:
  ///   - state: The first hidden states; left out, zeros.
  ///   - lengths: The number of valid steps of each sequence of the batch.
  public func callAsFunction(
    _ input: Tensor, state: Tensor? = nil, lengths: [Int]? = nil
  ) -> (output: Tensor, state: Tensor) {
    inPath {
      let (output, last) = run(input, from: state.map { [$0] }, lengths: lengths)
      return (output, last[0])
    }
  }
}
