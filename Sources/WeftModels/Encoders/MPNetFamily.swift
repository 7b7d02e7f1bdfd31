import WeftNN

// MPNet (Song et al., 2020): RoBERTa's positions and heads, no types of tokens, and a bias of the scores by distance that
// all layers share.

extension EncoderFamily {
  private static var mpnetNames: PostNormEncoder.Names {
    PostNormEncoder.Names(
      layer: PostNormLayer.Names(
        query: "attention.attn.q", key: "attention.attn.k", value: "attention.attn.v", output: "attention.attn.o",
        attentionNorm: "attention.LayerNorm", inner: "intermediate.dense", outer: "output.dense",
        norm: "output.LayerNorm"))
  }

  static let mpnet = EncoderFamily(
    modelTypes: ["mpnet"], prefix: "mpnet.",
    make: { configuration, hasPooler in
      let vocabulary = try configuration.size("vocab_size", most: EncoderSizes.mostTokens)
      let sizes = try EncoderSizes(configuration)
      // The original has 32 buckets and the padding token 1, whatever its configuration says.
      let rows = try configuration.integer("relative_attention_num_buckets", in: 32...1 << 16, default: 32)
      return PostNormEncoder(
        sizes, vocabularySize: vocabulary,
        positionRows: try configuration.positionRows(behind: 1, default: 512), types: 0,
        paddingToken: vocabulary > 1 ? 1 : nil, positions: .after(padding: 1), names: mpnetNames,
        relativeBias: RelativeBias(rows: rows, heads: sizes.heads, buckets: 32, maxDistance: 128),
        hasPooler: hasPooler)
    },
    head: { task, configuration in
      try HeadPlan(likeRoBERTa: task, configuration, epsilon: 1e-12)
    },
    synonyms: [(name: "lm_head.decoder.bias", other: "lm_head.bias")], poolsForClasses: false)
}
