import WeftNN
import WeftTensor

// RoBERTa (Liu et al., 2019) and XLM-R (Conneau et al., 2020): BERT with positions that count from the padding token's
// number on, and heads of their own.

extension EncoderFamily {
  static let roberta = EncoderFamily(
    modelTypes: ["roberta", "xlm-roberta", "camembert"], prefix: "roberta.",
    make: { configuration, hasPooler in
      try configuration.refuseDecoders()
      let vocabulary = try configuration.size("vocab_size", most: EncoderSizes.mostTokens)
      let padding = try configuration.paddingToken(below: vocabulary, default: 1) ?? 1
      return PostNormEncoder(
        try EncoderSizes(configuration), vocabularySize: vocabulary,
        positionRows: try configuration.positionRows(behind: padding, default: 512),
        types: try configuration.size("type_vocab_size", default: 2), paddingToken: padding,
        positions: .after(padding: padding), hasPooler: hasPooler)
    },
    head: { task, configuration in
      try HeadPlan(likeRoBERTa: task, configuration, epsilon: 1e-12)
    },
    synonyms: [(name: "lm_head.decoder.bias", other: "lm_head.bias")],
    poolsForClasses: false)
}

extension HeadPlan {
  /// The heads of RoBERTa, which MPNet has too.
  init(likeRoBERTa task: EncoderTask, _ configuration: ModelConfiguration, epsilon: Double) throws(ModelError) {
    self.init(output: "classifier", width: try configuration.size("hidden_size"))
    dropout = try configuration.classifierDropout("hidden_dropout_prob")
    switch task {
    case .maskedLanguageModel:
      (dense, activation, norm) = ("lm_head.dense", .gelu, "lm_head.layer_norm")
      self.epsilon = try configuration.positive("layer_norm_eps", default: epsilon)
      (output, dropout) = ("lm_head.decoder", 0)
    case .sequenceClassification:
      (source, dense, activation) = (.first, "classifier.dense", .function { $0.tanh() })
      (output, dropsFirst) = ("classifier.out_proj", true)
    case .tokenClassification: break
    case .questionAnswering: (output, dropout) = ("qa_outputs", 0)
    }
  }
}

extension ModelConfiguration {
  /// The rows of a table of positions that are numbered from behind the padding token's number.
  func positionRows(behind padding: Int, default standard: Int) throws(ModelError) -> Int {
    let key = "max_position_embeddings"
    let rows = try size(key, most: EncoderSizes.mostPositions, default: standard)
    guard rows > padding + 1 else {
      throw failure(key, expected: "more than \(padding + 1), the first position's number", found: "\(rows)")
    }
    return rows
  }
}
