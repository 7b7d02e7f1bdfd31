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

  public override func forward(_ tokens: Tensor) -> Tensor { logits(of: model(tokens)) }

  /// - Parameter attentionMask: [N, T]: 0 or false at padding, which no other position sees.
  public func callAsFunction(_ tokens: Tensor, attentionMask: Tensor?) -> Tensor {
    inPath { logits(of: model(tokens, attentionMask: attentionMask)) }
  }

  /// The logits behind the last of each text's new tokens, and the caches with these tokens in them. Texts may bring
  /// one token or many; each gets what it would get alone, but for rounding. Runs without recording.
  ///
  /// Shape: result [texts, vocabulary].
  /// - Parameter texts: Caches, each with at least one new token; no cache twice.
  public func logits(continuing texts: [(cache: SequenceCache, tokens: [Int])]) -> Tensor { nextLogits(texts) }
}

extension CausalLanguageModel: ContinuingModel {
  var hasLimitedPositions: Bool { model.embedPositions != nil }

  func cache(reading source: Tensor?) -> SequenceCache { SequenceCache(options) }

  func continued(_ tokens: [Int], _ texts: [(cache: SequenceCache, count: Int)]) -> Tensor {
    model.continued(tokens, SequencePass(options, texts))
  }

  func logits(of features: Tensor) -> Tensor {
    let scores = lmHead(features)
    guard let cap = options.logitCap else { return scores }
    return (scores / cap).tanh() * cap
  }
}
