import WeftNN

// BERT (Devlin et al., 2019).

extension EncoderFamily {
  static let bert = EncoderFamily(
    modelTypes: ["bert"], prefix: "bert.",
    make: { configuration, hasPooler in
      try configuration.refuseDecoders()
      let vocabulary = try configuration.size("vocab_size", most: EncoderSizes.mostTokens)
      return PostNormEncoder(
        try EncoderSizes(configuration), vocabularySize: vocabulary,
        positionRows: try configuration.size(
          "max_position_embeddings", most: EncoderSizes.mostPositions, default: 512),
        types: try configuration.size("type_vocab_size", default: 2),
        paddingToken: try configuration.paddingToken(below: vocabulary, default: 0), hasPooler: hasPooler)
    },
    head: { task, configuration in
      var head = HeadPlan(output: "classifier", width: try configuration.size("hidden_size"))
      head.dropout = try configuration.classifierDropout("hidden_dropout_prob")
      switch task {
      case .maskedLanguageModel:
        head.dense = "cls.predictions.transform.dense"
        head.activation = try configuration.activation("hidden_act", default: "gelu")
        head.norm = "cls.predictions.transform.LayerNorm"
        head.epsilon = try configuration.positive("layer_norm_eps", default: 1e-12)
        (head.output, head.dropout) = ("cls.predictions.decoder", 0)
      case .sequenceClassification: head.source = .pooler
      case .tokenClassification: break
      case .questionAnswering: (head.output, head.dropout) = ("qa_outputs", 0)
      }
      return head
    },
    synonyms: [(name: "cls.predictions.decoder.bias", other: "cls.predictions.bias")])
}

extension ModelConfiguration {
  /// The dropout before a classifier, which is the layers' where nothing is said.
  func classifierDropout(_ key: String) throws(ModelError) -> Double {
    try rate("classifier_dropout", default: try rate(key, default: 0.1))
  }

  /// Refuses what would be read by other rules than an encoder's with absolute positions.
  func refuseDecoders() throws(ModelError) {
    if try flag("is_decoder", default: false) {
      throw failure("is_decoder", .unsupported, expected: "false: an encoder", found: "true")
    }
    _ = try choice("position_embedding_type", of: [("absolute", true)], default: "absolute")
  }
}
