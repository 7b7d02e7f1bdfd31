import WeftIO
import WeftNN
import WeftText

extension TextGenerator {
  /// Opens a model with its tokenizer and chat template from a Hugging Face folder or a GGUF file.
  ///
  /// - Parameters:
  ///   - limit: The most texts that are continued at once; others wait.
  ///   - quantization: How weights become codes of a few bits; nil leaves them as they are.
  ///   - keepsBlocks: Whether weights in a GGUF file's blocks stay in the mapped file; see `CausalLanguageModel.open`.
  ///   - limits: How much the files may ask for.
  /// - Throws: `ModelError` for another kind of model, settings that are not what they should be, weights that do not
  ///   fit, or a folder whose blocks are to stay; `DataFileError`, `TokenizerError` and `TemplateError` for files that
  ///   cannot be read; `TensorError` for a quantization that cannot be.
  public convenience init(
    from path: String, limit: Int = 16, quantization: QuantizationScheme? = nil, keepsBlocks: Bool = false,
    limits: LoadLimits = LoadLimits()
  ) throws {
    func prepared(_ model: CausalLanguageModel) throws -> CausalLanguageModel {
      try quantization.map { try model.quantized($0) } ?? model
    }
    if ModelPath(path).isFolder {
      if keepsBlocks {
        throw ModelError(
          .unsupported, file: path, expected: "a GGUF file, whose blocks stay as they are", found: "a folder",
          hint: "`quantization` has a folder's weights in codes")
      }
      let folder = try ModelFolder(path, limits: limits)
      let tokenizer = try folder.tokenizer()
      let model = try prepared(CausalLanguageModel.open(folder))
      let rules = try folder.tokenRules(vocabularySize: model.options.vocabularySize, isCausal: true)
      self.init(
        model, tokenizer: tokenizer, chatTemplate: try folder.chatTemplate(), endTokens: try folder.endTokens(),
        rules: rules, limit: limit)
    } else {
      let source = try GGUFModel(path, limits: limits)
      let tokenizer = try source.tokenizer()
      self.init(
        try prepared(source.model(keepsBlocks: keepsBlocks)), tokenizer: tokenizer,
        chatTemplate: try source.chatTemplate(), endTokens: source.endTokens(tokenizer), limit: limit)
    }
  }
}

extension ModelFolder {
  /// The tokens by which the model ends a text: those of `generation_config.json`, else of `config.json`.
  func endTokens() throws(ModelError) -> Set<Int> {
    if let own = try configuration("generation_config.json")?.integers("eos_token_id") { return Set(own) }
    if let own = try configuration.part(optional: "text_config")?.integers("eos_token_id") { return Set(own) }
    return Set(try configuration.integers("eos_token_id") ?? [])
  }
}
