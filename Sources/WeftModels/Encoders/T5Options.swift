import WeftNN

/// What T5's configuration says.
struct T5Options {
  let vocabularySize, width, heads, headWidth, inner: Int
  let layers, decoderLayers: Int
  let epsilon, dropout: Double
  let isGated: Bool
  let activation: TransformerActivation
  /// Of the bias by distance.
  let buckets, maxDistance: Int
  let paddingToken: Int?

  /// How many tokens a sequence may have: the model itself sets no limit.
  static let mostPositions = 1 << 15

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    vocabularySize = try configuration.size("vocab_size", most: EncoderSizes.mostTokens)
    width = try configuration.size("d_model")
    heads = try configuration.size("num_heads", most: 1 << 12)
    headWidth = try configuration.size("d_kv", most: 1 << 12)
    inner = try configuration.size("d_ff")
    layers = try configuration.integer("num_layers", in: 0...EncoderSizes.mostLayers)
    decoderLayers = try configuration.integer("num_decoder_layers", in: 0...EncoderSizes.mostLayers, default: layers)
    epsilon = try configuration.positive("layer_norm_epsilon", default: 1e-6)
    dropout = try configuration.rate("dropout_rate", default: 0.1)
    (isGated, activation) = try configuration.choice(
      "feed_forward_proj",
      of: [
        ("relu", (false, TransformerActivation.relu)), ("gelu", (false, .gelu)), ("gelu_new", (false, .geluTanh)),
        ("silu", (false, .silu)), ("gated-gelu", (true, .geluTanh)), ("gated-silu", (true, .silu)),
        ("gated-relu", (true, .relu)),
      ], default: "relu")
    buckets = try configuration.integer("relative_attention_num_buckets", in: 4...1 << 16, default: 32)
    maxDistance = try configuration.integer(
      "relative_attention_max_distance", in: buckets / 4 + 1...1 << 24, default: max(128, buckets))
    paddingToken = try configuration.paddingToken(below: vocabularySize, default: 0)
  }

  var attention: HeadAttention.Options {
    HeadAttention.Options(
      width: width, heads: heads, headWidth: headWidth, scale: 1, dropout: dropout, names: ["q", "k", "v", "o"],
      biases: [false, false, false, false])
  }

  /// What a generator asks of the decoder.
  var decoder: DecoderOptions {
    var options = DecoderOptions(
      vocabularySize: vocabularySize, width: width, hiddenWidth: inner, layerCount: decoderLayers, headCount: heads,
      headDim: headWidth, maxPositions: Self.mostPositions)
    (options.rotary, options.scoreScale, options.epsilon) = (nil, 1, epsilon)
    (options.feedForward, options.dropout, options.attentionDropout) = (isGated ? .gated : .plain, dropout, dropout)
    return options
  }
}
