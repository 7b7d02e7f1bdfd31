import WeftNN
import WeftTensor
import WeftText

/// A model with what belongs to it: what a generator and all its batches share, and nobody changes.
final class GeneratorCore: @unchecked Sendable {
  // Unchecked: the model is in evaluation and only read; each text has a cache of its own.
  let model: any ContinuingModel
  let tokenizer: Tokenizer
  let chatTemplate: ChatTemplate?
  let endTokens: Set<Int>
  let options: DecoderOptions
  /// Which tokens the model's files let come where.
  let rules: TokenRules

  init(
    _ model: any ContinuingModel, _ tokenizer: Tokenizer, _ chatTemplate: ChatTemplate? = nil, _ endTokens: Set<Int>,
    rules: TokenRules = TokenRules()
  ) {
    (self.model, self.chatTemplate, self.endTokens, self.rules) = (model, chatTemplate, endTokens, rules)
    options = model.options
    var whole = tokenizer
    (whole.truncation, whole.padding) = (nil, nil)
    self.tokenizer = whole
    model.eval()
  }

  /// Settings with the model's own rules.
  func ruled(_ settings: GenerationSettings) -> GenerationSettings {
    var settings = settings
    settings.rules.add(rules)
    return settings
  }

  /// - Throws: `ModelError` for what cannot be continued.
  func check(_ prompt: [Int], _ settings: GenerationSettings) throws(ModelError) {
    try settings.check(vocabularySize: options.vocabularySize)
    guard !prompt.isEmpty else {
      throw ModelError(.input, path: "prompt", expected: "at least one token", found: "none")
    }
    guard prompt.count < options.maxPositions else {
      throw ModelError(
        .input, path: "prompt", expected: "fewer than \(options.maxPositions) tokens, the model's context",
        found: "\(prompt.count)")
    }
    if let wrong = prompt.first(where: { !(0..<options.vocabularySize ~= $0) }) {
      throw ModelError(
        .input, path: "prompt", expected: "tokens in 0 ..< \(options.vocabularySize)", found: "\(wrong)")
    }
  }
}
