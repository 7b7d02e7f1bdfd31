import WeftNN
import WeftTensor

// SigLIP (Zhai et al., "Sigmoid Loss for Language Image Pre-Training", 2023): CLIP whose pairs are judged each by itself,
// without class token, with attention that pools.

extension ImageFamily {
  static let siglip = ImageFamily(
    modelTypes: ["siglip", "siglip_vision_model"], prefix: "vision_model.", classifierSource: .all,
    preprocessing: .siglip, texts: .siglip
  ) { configuration, hasPooler throws(ModelError) in
    let side = try configuration.modelType == "siglip" ? configuration.side("vision_config") : configuration
    var plan = ImageEncoderPlan(
      sizes: try EncoderSizes(side, .clip, .siglip), grid: try PatchGrid(side, image: 224, patch: 16),
      embedding: PatchEmbedding.Names(projection: "patch_embedding", positions: "position_embedding.weight"),
      layers: "encoder.layers", layer: .clip, lastNorm: "post_layernorm")
    plan.makePooling = { _ in .mean }
    if hasPooler {
      guard try side.flag("vision_use_head", default: true) else {
        throw side.failure("vision_use_head", .unsupported, expected: "true: a part that pools", found: "false")
      }
      plan.makePooling = { .attention(AttentionPooling($0)) }
    }
    return plan
  }
}

extension EncoderSizes.Defaults {
  /// The sizes that SigLIP's files leave out, of pictures and of texts.
  fileprivate static let siglip = EncoderSizes.Defaults(
    width: 768, layers: 12, heads: 12, inner: 3072, epsilon: 1e-6, dropout: 0, activation: "gelu_pytorch_tanh")
}

extension PairedTexts {
  static let siglip = PairedTexts(
    modelType: "siglip", hasProjections: false, hasBias: true, score: .sigmoid,
    plan: { configuration in
      let side = try configuration.side("text_config")
      let sizes = try EncoderSizes(side, .clip, .siglip)
      let vocabulary = try side.size("vocab_size", most: EncoderSizes.mostTokens, default: 32_000)
      return PairedTextPlan(
        sizes: sizes, vocabularySize: vocabulary,
        positions: try side.size("max_position_embeddings", most: EncoderSizes.mostPositions, default: 64),
        pooling: .last(features: try side.size("projection_size", default: sizes.width)),
        padding: try side.paddingToken(below: vocabulary, default: 1) ?? 0)
    })
}
