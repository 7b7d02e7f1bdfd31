import WeftTensor

/// A long short-term memory (Hochreiter and Schmidhuber, 1997): with the gates i, f, o = σ(W_ih·x + b_ih + W_hh·h + b_hh)
/// and the candidate g = tanh(the same), c' = f·c + i·g and h' = o·tanh(c').
///
/// See `RecurrentLayer` for shapes, parameters and sequences of different lengths; gates stand in the order i, f, g, o.
///
/// ```swift
/// let lstm = LSTM(28, 64, batchFirst: true)
/// let (output, state) = lstm(rows)          // [N, 28, 28] to [N, 28, 64]
/// let last = lstm(rows, lengths: lengths).state.hidden[-1]
/// ```
public final class LSTM: RecurrentLayer {
  /// The hidden state and the cell of every layer and direction.
  public typealias State = (hidden: Tensor, cell: Tensor)

  /// - Parameter projSize: If not 0, the hidden state is projected to this size by `weight_hr_lk` [projSize, H] (Sak et
  ///   al., 2014); outputs and `weight_hh_lk` have this size instead of H.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, batchFirst: Bool = false,
    dropout: Double = 0, bidirectional: Bool = false, projSize: Int = 0
  ) {
    super.init(
      .lstm, stateSizes: [projSize > 0 ? projSize : hiddenSize, hiddenSize], inputSize, hiddenSize, numLayers, bias,
      batchFirst, dropout, bidirectional)
  }

  /// The outputs of the last layer, and the last state of every layer and direction.
  ///
  /// - Parameters:
  ///   - state: The first states; left out, zeros.
  ///   - lengths: The number of valid steps of each sequence of the batch.
  public func callAsFunction(
    _ input: Tensor, state: State? = nil, lengths: [Int]? = nil
  ) -> (output: Tensor, state: State) {
    inPath {
      let (output, last) = run(input, from: state.map { [$0.hidden, $0.cell] }, lengths: lengths)
      return (output, (last[0], last[1]))
    }
  }
}
