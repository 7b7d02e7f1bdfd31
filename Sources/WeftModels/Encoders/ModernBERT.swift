import WeftNN
import WeftTensor

/// ModernBERT (Warner et al., "Smarter, Better, Faster, Longer", 2024): positions as rotations, norms before each part,
/// gated networks, and attention within a window in most layers.
final class ModernBERTEncoder: TextEncoder {
  let norm: LayerNorm
  let dropout: Dropout
  let layers: [ModernBERTLayer]
  let finalNorm: LayerNorm
  private let reach: Int

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let sizes = try EncoderSizes(configuration, Self.keys, EncoderSizes.Defaults(epsilon: 1e-5, dropout: 0))
    let options = try ModernBERTOptions(configuration)
    let positions = try configuration.size(
      "max_position_embeddings", most: EncoderSizes.mostPositions, default: 8192)
    let rotaries = try Self.rotaries(configuration, sizes, positions)
    let isLocal = try Self.locality(configuration, sizes.layers)
    norm = LayerNorm(sizes.width, epsilon: sizes.epsilon, bias: options.normBias)
    dropout = Dropout(options.embeddingDropout)
    layers = isLocal.enumerated().map { index, isLocal in
      ModernBERTLayer(
        sizes, options, rotary: isLocal ? rotaries.local : rotaries.global, isFirst: index == 0, isLocal: isLocal)
    }
    finalNorm = LayerNorm(sizes.width, epsilon: sizes.epsilon, bias: options.normBias)
    reach = options.reach
    let vocabulary = try configuration.size("vocab_size", most: EncoderSizes.mostTokens)
    super.init(
      width: sizes.width, maxPositions: positions, vocabularySize: vocabulary, typeCount: 0,
      paddingToken: try configuration.paddingToken(below: vocabulary, default: 50_283), hasPooler: false)
  }

  private static let keys = EncoderSizes.Keys(
    epsilon: "norm_eps", dropout: "mlp_dropout", attentionDropout: "attention_dropout", activation: "hidden_activation")

  override var properties: [(name: String, value: Any)] {
    [
      ("embeddings.tok_embeddings", words), ("embeddings.norm", norm), ("embeddings.drop", dropout),
      ("layers", layers), ("final_norm", finalNorm),
    ]
  }

  override func states(_ input: EncoderInput) -> Tensor {
    let all = input.keyMask
    let near = localMask(positions: input.tokens.shape[1], all)
    let embedded = dropout(norm(words(input.tokens)))
    return finalNorm(layers.reduce(embedded) { $1($0, mask: $1.isLocal ? near : all) })
  }

  /// Which keys are near enough, [N or 1, 1, T, T].
  private func localMask(positions: Int, _ mask: Tensor?) -> Tensor? {
    guard positions > reach + 1 else { return mask }
    let places = Tensor(arange: positions)
    let near = (places - places.unsqueezed(1)).abs() .<= reach
    return mask.map { $0 .& near } ?? near
  }
}

extension ModernBERTEncoder {
  /// Which layers see a window alone: those that the configuration lists, or all but each third.
  private static func locality(_ configuration: ModelConfiguration, _ layers: Int) throws(ModelError) -> [Bool] {
    if let listed = try configuration.windowedLayers(layers) { return listed }
    let period = try configuration.integer("global_attn_every_n_layers", in: 1...1 << 20, default: 3)
    return (0..<layers).map { !$0.isMultiple(of: period) }
  }

  /// The rotations of layers that see all, and of those that see a window.
  private static func rotaries(
    _ configuration: ModelConfiguration, _ sizes: EncoderSizes, _ positions: Int
  ) throws(ModelError) -> (global: RotaryEmbedding, local: RotaryEmbedding) {
    let dim = sizes.width / sizes.heads
    guard dim.isMultiple(of: 2), dim * positions <= 1 << 24 else {
      throw configuration.failure(
        "max_position_embeddings", .unsupported,
        expected: "an even number of features a head, and at most \(1 << 24) for all positions",
        found: "\(positions) positions of \(dim) features")
    }
    let global = try base(configuration, "full_attention", "global_rope_theta", 160_000)
    let local = try base(configuration, "sliding_attention", "local_rope_theta", 10_000)
    let rotary = RotaryEmbedding(dim, maxPositions: positions, base: global)
    return (rotary, local == global ? rotary : RotaryEmbedding(dim, maxPositions: positions, base: local))
  }

  /// What the angles of a kind of layer fall by.
  private static func base(
    _ configuration: ModelConfiguration, _ kind: String, _ older: String, _ standard: Double
  ) throws(ModelError) -> Double {
    guard let part = try configuration.part(optional: "rope_parameters")?.part(optional: kind) else {
      return try configuration.positive(older, default: standard)
    }
    _ = try part.choice("rope_type", of: [("default", true)], default: "default")
    return try part.positive("rope_theta", default: standard)
  }
}

extension EncoderFamily {
  static let modernBERT = EncoderFamily(
    modelTypes: ["modernbert"], prefix: "model.",
    make: { configuration, _ in try ModernBERTEncoder(configuration) },
    head: { task, configuration in
      let width = try configuration.size("hidden_size")
      var head = HeadPlan(
        dense: "head.dense", activation: try configuration.activation("classifier_activation", default: "gelu"),
        norm: "head.norm", output: "classifier", width: width)
      head.epsilon = try configuration.positive("norm_eps", default: 1e-5)
      head.hasNormBias = try configuration.flag("norm_bias", default: false)
      head.hasDenseBias = try configuration.flag("classifier_bias", default: false)
      head.dropout = try configuration.rate("classifier_dropout", default: 0)
      switch task {
      case .maskedLanguageModel:
        head.output = "decoder"
        head.hasOutputBias = try configuration.flag("decoder_bias", default: true)
        head.dropout = 0
      case .sequenceClassification:
        head.source = try configuration.choice(
          "classifier_pooling", of: [("cls", .first), ("mean", .mean)], default: "cls")
      case .tokenClassification, .questionAnswering: break
      }
      return head
    }, poolsForClasses: false)
}
