import WeftNN
import WeftTensor

/// A language model that reads from left to right: a decoder, and a linear map to the scores of what comes next.
///
/// Shape: tokens [N, T] of integers to logits [N, T, vocabulary]. Names are those of Hugging Face's Llama models:
/// `model.embed_tokens.weight`, `model.layers.0.self_attn.q_proj.weight`, `lm_head.weight`.
///
/// ```swift
/// let model = try CausalLanguageModel.open("models/SmolLM2-135M-Instruct")
/// let logits = model(tokens)                                 // [N, T] to [N, T, vocabulary]
/// let loss = crossEntropy(logits.flattened(through: 1), classIndices: next.flattened())
/// ```
/// To write texts with it: `TextGenerator`.
public final class CausalLanguageModel: Module {
  /// The body.
  public var model: Decoder
  /// The map to logits, [vocabulary, E]; its weight is the embedding's where the two are tied.
  public var lmHead: Linear
  /// What the model is made of.
  public let options: DecoderOptions

  /// The model that the options describe.
  public init(_ options: DecoderOptions) {
    self.options = options
    model = Decoder(options)
    lmHead = Linear(options.width, options.vocabularySize, bias: false)
    if options.tiesEmbeddings { lmHead.weight = model.embedTokens.weight }
  }

  public override func forward(_ tokens: Tensor) -> Tensor { logits(model(tokens)) }

  /// - Parameter attentionMask: [N, T]: 0 or false at padding, which no other position sees.
  public func callAsFunction(_ tokens: Tensor, attentionMask: Tensor?) -> Tensor {
    inPath { logits(model(tokens, attentionMask: attentionMask)) }
  }

  private func logits(_ states: Tensor) -> Tensor {
    let scores = lmHead(states)
    guard let cap = options.logitCap else { return scores }
    return (scores / cap).tanh() * cap
  }

  /// The logits behind the last of each text's new tokens, and the caches with these tokens in them. Texts may bring
  /// one token or many; each gets what it would get alone, but for rounding. Runs without recording.
  ///
  /// Shape: result [texts, vocabulary].
  /// - Parameter texts: Caches, each with at least one new token; no cache twice.
  public func logits(continuing texts: [(cache: SequenceCache, tokens: [Int])]) -> Tensor {
    if let error = misuse(texts) { return .failed(error) }
    return continued(texts) { logits(Self.last($0, texts.map(\.tokens.count))) }
  }

  /// Takes tokens into a cache whose logits nobody wants: the first parts of a long prompt.
  func read(_ tokens: [Int], into cache: SequenceCache) -> Tensor {
    if let error = misuse([(cache, tokens)]) { return .failed(error) }
    return continued([(cache, tokens)]) { $0 }
  }

  /// What `finish` makes of the features of new positions; these count where it succeeds.
  private func continued(
    _ texts: [(cache: SequenceCache, tokens: [Int])], _ finish: (Tensor) -> Tensor
  ) -> Tensor {
    noGrad {
      inPath {
        for text in texts { text.cache.reserve(text.tokens.count) }
        let pass = SequencePass(options, texts.map { ($0.cache, $0.tokens.count) })
        let result = finish(model.continued(texts.flatMap(\.tokens), pass))
        if !result.isInvalid { for text in texts { text.cache.advance(by: text.tokens.count) } }
        return result
      }
    }
  }

  /// The rows of each text's last token.
  private static func last(_ states: Tensor, _ counts: [Int]) -> Tensor {
    if counts.allSatisfy({ $0 == 1 }) { return states }
    var (ends, end): ([Int], Int) = ([], 0)
    for count in counts {
      end += count
      ends.append(end - 1)
    }
    return states.indexSelected(Tensor(ends), axis: 0)
  }

  private func misuse(_ texts: [(cache: SequenceCache, tokens: [Int])]) -> TensorError? {
    func error(_ expected: String, _ got: String) -> TensorError {
      TensorError(.value, operation: "CausalLanguageModel.logits", expected: expected, got: got)
    }
    if texts.isEmpty || texts.contains(where: \.tokens.isEmpty) {
      return error("at least one token of each text", "none")
    }
    if Set(texts.map { ObjectIdentifier($0.cache) }).count < texts.count {
      return error("each cache once", "one twice")
    }
    let wrong = texts.lazy.flatMap(\.tokens).first { !(0..<self.options.vocabularySize).contains($0) }
    if let wrong { return error("tokens in 0 ..< \(options.vocabularySize)", "\(wrong)") }
    guard model.embedPositions != nil else { return nil }
    let longest = texts.map { $0.cache.count + $0.tokens.count }.max() ?? 0
    return longest <= options.maxPositions ? nil : error("at most \(options.maxPositions) positions", "\(longest)")
  }
}
