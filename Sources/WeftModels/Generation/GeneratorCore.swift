import WeftNN
import WeftTensor
import WeftText

/// A model with what belongs to it: what a generator and all its batches share, and nobody changes.
final class GeneratorCore: @unchecked Sendable {
  // Unchecked: the model is in evaluation and only read; each text has a cache of its own.
  let model: CausalLanguageModel
  let tokenizer: Tokenizer
  let chatTemplate: ChatTemplate?
  let endTokens: Set<Int>
  let options: DecoderOptions

  init(
    _ model: CausalLanguageModel, _ tokenizer: Tokenizer, _ chatTemplate: ChatTemplate?, _ endTokens: Set<Int>
  ) {
    (self.model, self.chatTemplate, self.endTokens) = (model, chatTemplate, endTokens)
    options = model.options
    var whole = tokenizer
    (whole.truncation, whole.padding) = (nil, nil)
    self.tokenizer = whole
    model.eval()
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
