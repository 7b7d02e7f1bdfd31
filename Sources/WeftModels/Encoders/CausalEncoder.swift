import WeftNN
import WeftTensor

/// The body of a language model as a reader of texts, whose last state stands for the whole: Qwen 3's embedding models
/// and their like. Each position sees those before it.
final class CausalEncoder: TextEncoder {
  let decoder: Decoder

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let options = try DecoderOptions(configuration)
    decoder = Decoder(options)
    super.init(
      width: options.width, maxPositions: options.maxPositions, vocabularySize: options.vocabularySize, typeCount: 0,
      paddingToken: try configuration.paddingToken(below: options.vocabularySize, default: 0), hasPooler: false)
    decoder.embedTokens = words
  }

  override var properties: [(name: String, value: Any)] {
    [("embed_tokens", words), ("layers", decoder.layers), ("norm", decoder.norm), ("dropout", decoder.dropout)]
  }

  override func states(_ input: EncoderInput) -> Tensor { decoder(input.tokens, attentionMask: input.isToken) }
}

extension EncoderFamily {
  static let causal = EncoderFamily(
    modelTypes: ["qwen3", "qwen2", "llama", "mistral"], prefix: "model.",
    make: { configuration, _ in try CausalEncoder(configuration) },
    head: { _, configuration in
      throw configuration.failure(
        "model_type", .unsupported, expected: "a model that reads both ways, for a head behind its states",
        hint: "`TextEmbedder` takes its last state, `TextGenerator` has it write")
    }, poolsForClasses: false)
}
