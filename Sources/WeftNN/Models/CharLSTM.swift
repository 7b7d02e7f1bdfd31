import WeftTensor

/// A language model of characters (or of any tokens): an LSTM that tells at each place what comes next, with the names of
/// PyTorch's example of word models.
///
/// Shape: integers [N, T] to logits [N, T, tokens]. Parameters: `encoder.weight` [tokens, embedding], `rnn.weight_ih_l0`
/// and so on, `decoder.weight` [tokens, hidden] and `decoder.bias`; the tables even within ±0.1 at first.
///
/// ```swift
/// let (logits, state) = model(tokens)
/// let (next, _) = model(more, state: state)
/// ```
public final class CharLSTM: Module {
  /// A row for each token, [tokens, embedding].
  public var encoder: Embedding
  /// The recurrent layers, with batches first.
  public var rnn: LSTM
  /// The map to logits, [tokens, hidden].
  public var decoder: Linear
  private let drop: Dropout

  /// - Parameter dropout: The share of embeddings and outputs that is dropped in training.
  public init(tokens: Int, embedding: Int = 128, hidden: Int = 256, layers: Int = 2, dropout: Double = 0.2) {
    encoder = Embedding(tokens, embedding)
    rnn = LSTM(embedding, hidden, numLayers: layers, batchFirst: true, dropout: layers > 1 ? dropout : 0)
    decoder = Linear(hidden, tokens)
    drop = Dropout(dropout)
    super.init()
    for weight in [encoder.weight, decoder.weight] { weight.initialize(.uniform(-0.1, 0.1)) }
    decoder.bias?.initialize(.constant(0))
  }

  /// The logits at each place, and the state after the last one.
  ///
  /// - Parameter state: The state before the first token; left out, zeros.
  public func callAsFunction(_ tokens: Tensor, state: LSTM.State? = nil) -> (logits: Tensor, state: LSTM.State) {
    inPath {
      let (output, state) = rnn(drop(encoder(tokens)), state: state)
      return (decoder(drop(output)), state)
    }
  }

  /// The logits alone.
  public override func forward(_ input: Tensor) -> Tensor { callAsFunction(input).logits }
}
