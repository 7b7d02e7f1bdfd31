import WeftNN
import WeftTensor

// CLIP (Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", 2021): pictures and texts
// to vectors of one space.

extension PreNormLayer.Names {
  /// The names of CLIP's and SigLIP's layers, of pictures and of texts.
  static let clip = PreNormLayer.Names(
    attentionNorm: "layer_norm1", query: "self_attn.q_proj", key: "self_attn.k_proj", value: "self_attn.v_proj",
    output: "self_attn.out_proj", networkNorm: "layer_norm2", inner: "mlp.fc1", outer: "mlp.fc2")
}

extension EncoderSizes.Keys {
  /// The keys of CLIP and SigLIP, whose layers have no dropout but that of the attention.
  static let clip = EncoderSizes.Keys(dropout: nil, attentionDropout: "attention_dropout")
}

extension ImageFamily {
  static let clip = ImageFamily(
    modelTypes: ["clip", "clip_vision_model"], prefix: "vision_model.", classifierSource: .patches,
    preprocessing: .clip, texts: .clip
  ) { configuration, hasPooler throws(ModelError) in
    let side = try configuration.modelType == "clip" ? configuration.side("vision_config") : configuration
    var defaults = EncoderSizes.Defaults(width: 768, layers: 12, heads: 12, inner: 3072)
    (defaults.epsilon, defaults.dropout, defaults.activation) = (1e-5, 0, "quick_gelu")
    var plan = ImageEncoderPlan(
      sizes: try EncoderSizes(side, .clip, defaults), grid: try PatchGrid(side, image: 224, patch: 32),
      embedding: PatchEmbedding.Names(
        projection: "patch_embedding", positions: "position_embedding.weight", classToken: "class_embedding"),
      hasPatchBias: false, firstNorm: "pre_layrnorm", layers: "encoder.layers", layer: .clip)
    if hasPooler { plan.makePooling = { .normalized(LayerNorm($0.width, epsilon: $0.epsilon)) } }
    return plan
  }
}

extension PairedTexts {
  static let clip = PairedTexts(
    modelType: "clip", hasProjections: true, hasBias: false, score: .softmax,
    plan: { configuration in
      let side = try configuration.side("text_config")
      var defaults = EncoderSizes.Defaults(width: 512, layers: 12, heads: 8, inner: 2048)
      (defaults.epsilon, defaults.dropout, defaults.activation) = (1e-5, 0, "quick_gelu")
      let vocabulary = try side.size("vocab_size", most: EncoderSizes.mostTokens, default: 49_408)
      let end = try side.integer("eos_token_id", in: 0...Int(Int32.max), default: 49_407)
      return PairedTextPlan(
        sizes: try EncoderSizes(side, .clip, defaults), vocabularySize: vocabulary,
        positions: try side.size("max_position_embeddings", most: EncoderSizes.mostPositions, default: 77),
        // Files from before the end's number was stated rightly all say 2; the end is the largest number then.
        pooling: end == 2 ? .atLargest : .atFirst(end))
    })
}
