import WeftNN

// DistilBERT (Sanh et al., 2019): BERT without types of tokens and pooler, under other names.

extension EncoderFamily {
  private static let keys = EncoderSizes.Keys(
    width: "dim", layers: "n_layers", heads: "n_heads", inner: "hidden_dim", dropout: "dropout",
    attentionDropout: "attention_dropout", activation: "activation")

  private static var distilNames: PostNormEncoder.Names {
    PostNormEncoder.Names(
      layers: "transformer.layer",
      layer: PostNormLayer.Names(
        query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin", output: "attention.out_lin",
        attentionNorm: "sa_layer_norm", inner: "ffn.lin1", outer: "ffn.lin2", norm: "output_layer_norm"))
  }

  static let distilBERT = EncoderFamily(
    modelTypes: ["distilbert"], prefix: "distilbert.",
    make: { configuration, _ in
      let vocabulary = try configuration.size("vocab_size", most: EncoderSizes.mostTokens)
      return PostNormEncoder(
        try EncoderSizes(configuration, keys), vocabularySize: vocabulary,
        positionRows: try configuration.size(
          "max_position_embeddings", most: EncoderSizes.mostPositions, default: 512),
        types: 0, paddingToken: try configuration.paddingToken(below: vocabulary, default: 0), names: distilNames,
        hasPooler: false)
    },
    head: { task, configuration in
      var head = HeadPlan(output: "classifier", width: try configuration.size("dim"))
      switch task {
      case .maskedLanguageModel:
        (head.dense, head.norm, head.output) = ("vocab_transform", "vocab_layer_norm", "vocab_projector")
        head.activation = try configuration.activation("activation", default: "gelu")
      case .sequenceClassification:
        (head.source, head.dense, head.activation) = (.first, "pre_classifier", .relu)
        head.dropout = try configuration.rate("seq_classif_dropout", default: 0.2)
      case .tokenClassification: head.dropout = try configuration.rate("dropout", default: 0.1)
      case .questionAnswering:
        (head.output, head.dropout) = ("qa_outputs", try configuration.rate("qa_dropout", default: 0.1))
      }
      return head
    }, poolsForClasses: false)
}
