import WeftTensor

extension ModelFolder {
  /// The folder's language model as one that scores texts by what it would say next, in evaluation.
  ///
  /// - Throws: As `textEncoder`, and `ModelError` for tokens that the model does not have.
  func scoringModel(_ tokens: ScoredTokens, as dtype: DType?) throws -> EncoderModel {
    let family = try EncoderFamily(of: configuration)
    let options = try DecoderOptions(configuration)
    if let wrong = [tokens.yes, tokens.no ?? 0].first(where: { $0 >= options.vocabularySize }) {
      throw configuration.failure(
        "vocab_size", expected: "more than \(wrong), a token that is scored", found: "\(options.vocabularySize)")
    }
    var scored = tokens
    scored.cap = options.logitCap
    var plan = HeadPlan(output: "lm_head", width: options.width)
    (plan.source, plan.hasOutputBias, plan.scored) = (.last(padding: nil), false, scored)
    return try module(as: dtype, names: family.names) {
      let encoder = try family.make(configuration, false)
      let tied = options.tiesEmbeddings ? encoder.words : nil
      let head = EncoderHead(plan, outputs: options.vocabularySize, tied: tied)
      return EncoderModel(
        encoder, head, task: .sequenceClassification, labels: ["LABEL_0"], prefix: String(family.prefix.dropLast()))
    }
  }
}
