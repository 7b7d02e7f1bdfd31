import WeftNN

// DINOv2 (Oquab et al., 2023): ViT with learned scales of what each part adds, gated networks in its largest models, and
// positions that fit pictures of any size.

extension ImageFamily {
  private static func layer(isGated: Bool) -> PreNormLayer.Names {
    PreNormLayer.Names(
      attentionNorm: "norm1", query: "attention.attention.query", key: "attention.attention.key",
      value: "attention.attention.value", output: "attention.output.dense", networkNorm: "norm2",
      inner: isGated ? "mlp.weights_in" : "mlp.fc1", outer: isGated ? "mlp.weights_out" : "mlp.fc2",
      scales: ("layer_scale1.lambda1", "layer_scale2.lambda1"))
  }

  static let dinov2 = ImageFamily(
    modelTypes: ["dinov2"], prefix: "dinov2.", classifierSource: .firstAndMean, preprocessing: .bit
  ) { configuration, _ throws(ModelError) in
    let isGated = try configuration.flag("use_swiglu_ffn", default: false)
    let rate = try configuration.rate("hidden_dropout_prob", default: 0)
    let sizes = try EncoderSizes(
      configuration, EncoderSizes.Keys(dropout: nil), EncoderSizes.Defaults(epsilon: 1e-6, dropout: 0),
      inner: try configuration.inner(isGated: isGated))
    var plan = ImageEncoderPlan(
      sizes: sizes, grid: try PatchGrid(configuration, image: 224, patch: 14), embedding: .vit,
      embeddingDropout: rate, layers: "encoder.layer", layer: layer(isGated: isGated), lastNorm: "layernorm")
    plan.options.hasProjectionBias = try configuration.flag("qkv_bias", default: true)
    plan.options.isGated = isGated
    plan.options.skipRate = try configuration.rate("drop_path_rate", default: 0)
    plan.interpolatesPositions = true
    return plan
  }
}

extension ModelConfiguration {
  /// The features inside a layer's network, which DINOv2's files state as a multiple of the width.
  fileprivate func inner(isGated: Bool) throws(ModelError) -> Int {
    let (width, ratio) = (try size("hidden_size"), try positive("mlp_ratio", default: 4))
    let whole = Double(width) * ratio
    guard whole >= 1, whole <= Double(1 << 20) else {
      throw failure("mlp_ratio", expected: "a ratio that makes \(width) features 1 to \(1 << 20)", found: "\(ratio)")
    }
    // Two maps go in where one did: two thirds of the features, in eights, keep the count of weights.
    return isGated ? (Int(Double(Int(whole)) * 2 / 3) + 7) / 8 * 8 : Int(whole)
  }
}
