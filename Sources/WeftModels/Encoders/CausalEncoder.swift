import WeftNN
import WeftTensor

/// The body of a language model as a reader of texts: Qwen 3's embedding models and their like, and what classes are read
/// from. Each position sees those before it, or, as the settings may say of Gemma 3, all.
final class CausalEncoder: TextEncoder {
  /// Its parts are the encoder's own, under names without it.
  let decoder: Decoder

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let options = try DecoderOptions(configuration)
    decoder = Decoder(options)
    super.init(
      width: options.width, maxPositions: options.maxPositions, vocabularySize: options.vocabularySize, typeCount: 0,
      paddingToken: try configuration.paddingToken(ofDecoder: options), hasPooler: false,
      // The vector of GPT-2's padding is that of a token like others.
      learnsPadding: options.rotary == nil)
    decoder.embedTokens = words
  }

  override var properties: [(name: String, value: Any)] {
    let positions: [(name: String, value: Any)] = decoder.embedPositions.map { [("embed_positions", $0)] } ?? []
    return [("embed_tokens", words)] + positions
      + [("layers", decoder.layers), ("norm", decoder.norm), ("dropout", decoder.dropout)]
  }

  override func states(_ input: EncoderInput) -> Tensor {
    decoder.states(input.tokens, attentionMask: input.isToken)
  }
}

extension EncoderFamily {
  /// The bodies of language models, each with the heads that transformers puts on it.
  static func causal(_ family: DecoderFamily) -> EncoderFamily {
    let names = family.names
    return EncoderFamily(
      modelTypes: [family.rawValue], prefix: names.prefix,
      make: { configuration, _ in try CausalEncoder(configuration) },
      head: { task, configuration in try HeadPlan(ofDecoder: family, task, configuration) },
      replacements: names.replacements, transposing: names.transposing, poolsForClasses: false)
  }
}

extension HeadPlan {
  /// A text's classes are read from the state of its last token.
  init(
    ofDecoder family: DecoderFamily, _ task: EncoderTask, _ configuration: ModelConfiguration
  ) throws(ModelError) {
    self.init(output: "score", width: try configuration.size(family == .gpt2 ? "n_embd" : "hidden_size", default: 768))
    switch task {
    case .sequenceClassification:
      source = .last(padding: try configuration.paddingToken(ofDecoder: DecoderOptions(configuration)))
      hasOutputBias = false
    case .tokenClassification:
      if family == .gpt2 { output = "classifier" }
      let saysBias = family != .gpt2
      hasOutputBias = saysBias ? try configuration.flag("token_classification_bias", default: true) : true
      let key = configuration.has("classifier_dropout") ? "classifier_dropout" : "hidden_dropout"
      dropout = try configuration.rate(key, default: 0.1)
    case .questionAnswering: output = "qa_outputs"
    case .maskedLanguageModel:
      throw configuration.failure(
        "model_type", .unsupported, expected: "a model that fills in what is left out of a text",
        hint: "`TextEmbedder` takes this one's states, `TextGenerator` has it write")
    }
  }
}

extension ModelConfiguration {
  /// The token for padding, which the settings of Gemma's models have where they say nothing.
  fileprivate func paddingToken(ofDecoder options: DecoderOptions) throws(ModelError) -> Int? {
    let family = try DecoderFamily(self)
    return has("pad_token_id") || family.isGemma ? try paddingToken(below: options.vocabularySize, default: 0) : nil
  }
}
