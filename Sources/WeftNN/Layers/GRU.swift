import WeftTensor

/// A gated recurrent unit (Cho et al., 2014): with the gates r, z = σ(W_ih·x + b_ih + W_hh·h + b_hh) and the candidate
/// n = tanh(W_in·x + b_in + r·(W_hn·h + b_hn)), h' = (1 - z)·n + z·h.
///
/// See `RecurrentLayer` for shapes, parameters and sequences of different lengths; gates stand in the order r, z, n.
public final class GRU: RecurrentLayer {
  /// - Parameters:
  ///   - bias: Whether both linear maps add one.
  ///   - batchFirst: Whether sequences are [N, T, ...] rather than [T, N, ...].
  ///   - dropout: The rate at which the outputs of all layers but the last are dropped in training.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, batchFirst: Bool = false,
    dropout: Double = 0, bidirectional: Bool = false
  ) {
    super.init(
      .gru, stateSizes: [hiddenSize], inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional)
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
