import WeftNN
import WeftTensor

/// T5 and mT5 with both parts (Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text
/// Transformer", 2020): the first models with ReLU and logits by the table of tokens, scaled by 1/√E; those from 1.1 on
/// (Flan too) with a gate and a map of their own.
final class T5Model: SequenceToSequenceModel {
  let words: Embedding
  let encoder, decoder: T5Stack
  let head: Linear
  /// What features are multiplied by before the map to logits.
  private let headScale: Double

  /// - Parameter hasOwnHead: Whether the map to logits is one of its own where the configuration allows that.
  init(_ configuration: ModelConfiguration, hasOwnHead: Bool) throws(ModelError) {
    let options = try T5Options(configuration)
    // From here on a decoder's buckets grow, which have all distances on one side.
    guard options.maxDistance > options.buckets / 2 else {
      throw configuration.failure(
        "relative_attention_max_distance", expected: "more than half the \(options.buckets) buckets",
        found: "\(options.maxDistance)")
    }
    words = Embedding(options.vocabularySize, options.width)
    encoder = T5Stack(options, isDecoder: false)
    decoder = T5Stack(options, isDecoder: true)
    head = Linear(options.width, options.vocabularySize, bias: false)
    let isScaled = try Self.scalesLogits(configuration)
    headScale = isScaled ? 1 / Double(options.width).squareRoot() : 1
    if isScaled || !hasOwnHead { head.weight = words.weight }
    let padding = options.paddingToken ?? 0
    super.init(
      options.decoder,
      startToken: try configuration.token("decoder_start_token_id", below: options.vocabularySize, default: padding),
      paddingToken: padding)
  }

  /// Older files say it by whether the map to logits is tied, newer ones by a setting of its own; mT5 never does.
  private static func scalesLogits(_ configuration: ModelConfiguration) throws(ModelError) -> Bool {
    if try configuration.modelType == "mt5" { return false }
    let isTied = try configuration.flag("tie_word_embeddings", default: true)
    return try configuration.flag("scale_decoder_outputs", default: isTied)
  }

  override var properties: [(name: String, value: Any)] {
    [("shared", words), ("encoder", encoder), ("decoder", decoder), ("lm_head", head)]
  }

  override func misuse(ofSource source: Tensor) -> (expected: String, got: String)? {
    if source.rank == 2, 1...T5Options.mostPositions ~= source.shape[1] { return nil }
    return ("source tokens [batch, positions], 1 to \(T5Options.mostPositions) of them", "\(source.shape)")
  }

  override func read(_ source: Tensor, isToken: Tensor?) -> Tensor { encoder.read(words(source), isToken: isToken) }

  override func decoded(
    _ tokens: Tensor, _ pass: any DecoderPass, _ source: any SourcePass, _ look: ((Tensor) -> Void)?
  ) -> Tensor { decoder(words(tokens), pass, source, look) }

  override var sourceAttentions: [HeadAttention] { decoder.layers.compactMap(\.sourceAttention) }

  override var relativeBias: RelativeBias? { decoder.relativeBias }

  override func logits(of features: Tensor) -> Tensor { head(headScale == 1 ? features : features * headScale) }
}

extension ModelConfiguration {
  /// A token of the vocabulary.
  func token(_ key: String, below vocabulary: Int, default standard: Int) throws(ModelError) -> Int {
    if !has(key), standard < vocabulary { return standard }
    return try integer(key, in: 0...vocabulary - 1)
  }
}
