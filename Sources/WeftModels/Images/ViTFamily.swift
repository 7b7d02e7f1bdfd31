import WeftNN
import WeftTensor

// ViT (Dosovitskiy et al., 2021).

extension PatchEmbedding.Names {
  /// The names of ViT and its relatives.
  static let vit = PatchEmbedding.Names(
    projection: "patch_embeddings.projection", positions: "position_embeddings", classToken: "cls_token",
    hasLeadingAxes: true)
}

extension ImageFamily {
  private static let layer = PreNormLayer.Names(
    attentionNorm: "layernorm_before", query: "attention.attention.query", key: "attention.attention.key",
    value: "attention.attention.value", output: "attention.output.dense", networkNorm: "layernorm_after",
    inner: "intermediate.dense", outer: "output.dense")

  static let vit = ImageFamily(
    modelTypes: ["vit"], prefix: "vit.", classifierSource: .first, preprocessing: .vit
  ) { configuration, hasPooler throws(ModelError) in
    let sizes = try EncoderSizes(configuration, EncoderSizes.Keys(), EncoderSizes.Defaults(dropout: 0))
    let pooled = try configuration.size("pooler_output_size", default: sizes.width)
    let activation = try configuration.activation("pooler_act", default: "tanh")
    var plan = ImageEncoderPlan(
      sizes: sizes, grid: try PatchGrid(configuration, image: 224, patch: 16), embedding: .vit,
      embeddingDropout: sizes.dropout, layers: "encoder.layer", layer: layer, lastNorm: "layernorm")
    plan.options.hasProjectionBias = try configuration.flag("qkv_bias", default: true)
    if hasPooler { plan.makePooling = { .dense(Linear($0.width, pooled), activation) } }
    return plan
  }
}
