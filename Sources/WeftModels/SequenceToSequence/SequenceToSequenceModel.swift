import WeftNN
import WeftTensor

/// A transformer in two parts: an encoder reads a source, a text or a sound, and a decoder writes a text that follows it.
/// `ModelFolder.sequenceToSequenceModel()` opens one of whatever family the folder's `model_type` names; parameters are
/// called as in the family's files.
///
/// Shape: a source, tokens [N, S] of integers (T5) or features [N, bands, pieces] (Whisper), and the text's tokens [N, T]
/// to logits [N, T, vocabulary].
///
/// ```swift
/// let model = try ModelFolder("models/flan-t5-small").sequenceToSequenceModel()
/// let loss = model.loss(source, labels: labels, attentionMask: isToken)      // by teacher forcing
/// ```
/// To have it write: `TextToTextGenerator`, `SpeechRecognizer`.
public class SequenceToSequenceModel: Module, ContinuingModel {
  /// What the decoder is made of.
  public let options: DecoderOptions
  /// The token that a text begins with.
  public let startToken: Int
  /// The token that fills short texts up.
  public let paddingToken: Int

  init(_ options: DecoderOptions, startToken: Int, paddingToken: Int) {
    (self.options, self.startToken, self.paddingToken) = (options, startToken, paddingToken)
  }

  /// The family's encoder, of a source that fits.
  ///
  /// - Parameter isToken: [N, S] of bool, false at padding; nil where there is none.
  func read(_ source: Tensor, isToken: Tensor?) -> Tensor { source }

  /// What is wrong with a source; nil where nothing is.
  func misuse(ofSource source: Tensor) -> (expected: String, got: String)? { nil }

  /// The batch and the positions of what the encoder makes of a source.
  func statesShape(ofSource source: Tensor) -> Shape { source.shape }

  /// The family's decoder: features behind its last norm.
  ///
  /// - Parameter look: Sees the features before each layer.
  func decoded(
    _ tokens: Tensor, _ pass: any DecoderPass, _ source: any SourcePass, _ look: ((Tensor) -> Void)?
  ) -> Tensor { tokens }

  /// What the decoder's layers see of a source, by layer: the attention to it.
  var sourceAttentions: [HeadAttention] { [] }

  /// What the decoder adds to scores by how far positions are apart; nil for nothing.
  var relativeBias: RelativeBias? { nil }

  var readsSources: Bool { true }

  /// Whether there are positions for so many tokens only.
  var hasLimitedPositions: Bool { false }

  func logits(of features: Tensor) -> Tensor { features }

  /// The logits of a text's first token, [N, 1, vocabulary].
  public override func forward(_ source: Tensor) -> Tensor {
    let start = Tensor(full: [source.rank > 0 ? source.shape[0] : 1, 1], Double(startToken), dtype: .int64)
    return logits(of: states(source, start, nil, nil))
  }
}

// Whole texts, side by side: for training, and to look at.
extension SequenceToSequenceModel {
  /// The logits of what comes behind each of a text's tokens.
  ///
  /// - Parameters:
  ///   - tokens: [N, T], the first of each `startToken`.
  ///   - attentionMask: [N, S], true or not zero where the source has a token, false or zero at padding.
  public func callAsFunction(_ source: Tensor, _ tokens: Tensor, attentionMask: Tensor? = nil) -> Tensor {
    inPath { logits(of: states(source, tokens, attentionMask, nil)) }
  }

  /// The mean cross-entropy of texts, each token told by all before it.
  ///
  /// - Parameters:
  ///   - labels: [N, T] of integers: the texts, without the token that they begin with; -100 where nothing is asked for.
  ///   - attentionMask: [N, S], true or not zero where the source has a token, false or zero at padding.
  public func loss(_ source: Tensor, labels: Tensor, attentionMask: Tensor? = nil) -> Tensor {
    let logits = self(source, shifted(labels), attentionMask: attentionMask)
    if logits.isInvalid { return logits }
    return crossEntropy(logits.flattened(through: 1), classIndices: labels.flattened())
  }

  /// What the decoder is given when it is to tell labels: the start token, and all labels but the last.
  public func shifted(_ labels: Tensor) -> Tensor {
    guard labels.rank == 2, labels.shape[1] > 0 else { return labels }
    let known = labels.sliced(axis: 1, to: labels.shape[1] - 1)
    let start = Tensor(full: [labels.shape[0], 1], Double(startToken), dtype: labels.dtype)
    let filled = Tensor.where(known .== -100, Tensor(paddingToken, dtype: labels.dtype), known)
    return concatenated([start, filled], axis: 1)
  }

  /// The encoder's states, [N, S, E].
  public func encoderStates(_ source: Tensor, attentionMask: Tensor? = nil) -> Tensor {
    inPath { checkedRead(source, attentionMask.map { $0.dtype == .bool ? $0 : $0 .!= 0 }) }
  }

  /// The decoder's features behind the embedding and each layer, those of the last behind the last norm.
  public func hiddenStates(_ source: Tensor, _ tokens: Tensor, attentionMask: Tensor? = nil) -> [Tensor] {
    var before: [Tensor] = []
    let last = inPath { states(source, tokens, attentionMask) { before.append($0) } }
    return before + [last]
  }

  private func states(
    _ source: Tensor, _ tokens: Tensor, _ attentionMask: Tensor?, _ look: ((Tensor) -> Void)?
  ) -> Tensor {
    let isToken = attentionMask.map { $0.dtype == .bool ? $0 : $0 .!= 0 }
    let read = checkedRead(source, isToken)
    if read.isInvalid { return read }
    guard tokens.rank == 2, tokens.shape[1] > 0, tokens.shape[0] == read.shape[0],
      !hasLimitedPositions || tokens.shape[1] <= options.maxPositions
    else {
      let most = hasLimitedPositions ? ", at most \(options.maxPositions) positions" : ""
      return failure("tokens [\(read.shape[0]), positions]\(most)", "\(tokens.shape)")
    }
    let count = tokens.shape[1]
    let pass = BatchPass(count: count, bias: relativeBias.map { $0(queries: 0..<count, keys: count) })
    return decoded(tokens, pass, BatchSource(states: read, mask: isToken?.unsqueezed(1).unsqueezed(1)), look)
  }

  private func checkedRead(_ source: Tensor, _ isToken: Tensor?) -> Tensor {
    if let misuse = misuse(ofSource: source) { return failure(misuse.expected, misuse.got) }
    let wanted = statesShape(ofSource: source)
    if let isToken, isToken.shape != wanted { return failure("an attention mask \(wanted)", "\(isToken.shape)") }
    return read(source, isToken: isToken)
  }

  private func failure(_ expected: String, _ got: String) -> Tensor {
    .failed(TensorError(.shape, operation: "\(type(of: self))", expected: expected, got: got))
  }
}

// Texts that caches continue.
extension SequenceToSequenceModel {
  /// A cache without positions for a text that follows a source, [S] or [bands, pieces]: it holds the keys and values that
  /// the decoder's layers see of that. Runs without recording.
  ///
  /// A source that does not fit, or memory that does not suffice, is reported: `withTensorErrors` throws it.
  public func cache(following source: Tensor) -> SequenceCache { cache(reading: source) }

  func cache(reading source: Tensor?) -> SequenceCache {
    guard let source else { return SequenceCache(options) }
    return noGrad {
      let states = encoderStates(source.unsqueezed(0))
      if states.isInvalid { return SequenceCache(options) }
      let keys = sourceAttentions.map { attention in
        let (key, value) = attention.keys(of: states.squeezed(0))
        return (key: key.transposed(0, 1).contiguous(), value: value.transposed(0, 1).contiguous())
      }
      return SequenceCache(options, source: keys)
    }
  }

  /// The logits behind the last of each text's new tokens, and the caches with these tokens in them. Texts may bring
  /// one token or many; each gets what it would get alone, but for rounding. Runs without recording.
  ///
  /// Shape: result [texts, vocabulary].
  /// - Parameter texts: Caches made by `cache(following:)`, each with at least one new token; no cache twice.
  public func logits(continuing texts: [(cache: SequenceCache, tokens: [Int])]) -> Tensor { nextLogits(texts) }

  func continued(_ tokens: [Int], _ texts: [(cache: SequenceCache, count: Int)]) -> Tensor {
    let pass = SequencePass(options, texts, bias: relativeBias)
    return decoded(Tensor(tokens), pass, SequenceSource(parts: pass.parts), nil)
  }
}
