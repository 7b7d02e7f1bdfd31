import WeftNN

/// What Whisper's configuration says.
struct WhisperOptions {
  let vocabularySize, width, bands: Int
  let encoderLayers, encoderHeads, encoderInner: Int
  let decoderLayers, decoderHeads, decoderInner: Int
  /// The positions of a window of sound, each of two pieces, and those of a text.
  let sourcePositions, textPositions: Int
  let dropout, attentionDropout, innerDropout: Double
  let activation: TransformerActivation
  let startToken: Int
  let paddingToken: Int?

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    vocabularySize = try configuration.size("vocab_size", most: EncoderSizes.mostTokens, default: 51_865)
    width = try configuration.size("d_model")
    bands = try configuration.size("num_mel_bins", most: Self.mostBands, default: 80)
    encoderLayers = try configuration.integer("encoder_layers", in: 0...EncoderSizes.mostLayers)
    decoderLayers = try configuration.integer("decoder_layers", in: 0...EncoderSizes.mostLayers)
    encoderHeads = try configuration.heads("encoder_attention_heads", width)
    decoderHeads = try configuration.heads("decoder_attention_heads", width)
    encoderInner = try configuration.size("encoder_ffn_dim")
    decoderInner = try configuration.size("decoder_ffn_dim")
    sourcePositions = try configuration.size("max_source_positions", most: 1 << 16, default: 1500)
    textPositions = try configuration.size("max_target_positions", most: EncoderSizes.mostPositions, default: 448)
    dropout = try configuration.rate("dropout")
    attentionDropout = try configuration.rate("attention_dropout")
    innerDropout = try configuration.rate("activation_dropout")
    activation = try configuration.activation("activation_function", default: "gelu")
    startToken = try configuration.token("decoder_start_token_id", below: vocabularySize, default: 50_257)
    paddingToken = try configuration.paddingToken(below: vocabularySize, default: 50_256)
  }

  /// The most bands of tones that a sound may be heard in.
  static let mostBands = 1 << 10

  /// The pieces of sound in a window.
  var pieces: Int { 2 * sourcePositions }

  func attention(heads: Int) -> HeadAttention.Options {
    HeadAttention.Options(
      width: width, heads: heads, headWidth: width / heads, scale: 1 / Double(width / heads).squareRoot(),
      dropout: attentionDropout, names: ["q_proj", "k_proj", "v_proj", "out_proj"], biases: [true, false, true, true])
  }

  /// What a generator asks of the decoder.
  var decoder: DecoderOptions {
    var options = DecoderOptions(
      vocabularySize: vocabularySize, width: width, hiddenWidth: decoderInner, layerCount: decoderLayers,
      headCount: decoderHeads, maxPositions: textPositions)
    (options.norm, options.rotary, options.epsilon, options.feedForward) = (.layer, nil, 1e-5, .plain)
    (options.hasProjectionBias, options.hasOutputBias, options.hasFeedForwardBias) = (true, true, true)
    (options.tiesEmbeddings, options.dropout, options.attentionDropout) = (true, dropout, attentionDropout)
    return options
  }
}

extension ModelConfiguration {
  /// A number of heads, which must divide the features.
  fileprivate func heads(_ key: String, _ width: Int) throws(ModelError) -> Int {
    let heads = try size(key, most: 1 << 14)
    guard width.isMultiple(of: heads) else {
      throw failure(key, expected: "heads that divide the \(width) of d_model", found: "\(heads)")
    }
    return heads
  }
}
