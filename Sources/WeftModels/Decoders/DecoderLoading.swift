import WeftIO
import WeftNN

extension CausalLanguageModel {
  /// Opens a model from a Hugging Face folder or a GGUF file, in evaluation.
  ///
  /// Families, by `model_type`: Llama (and SmolLM), Mistral, Qwen 2, Qwen 3, Gemma 1 to 3 (of the third its text
  /// part), GPT-2; by `general.architecture` of GGUF files: llama, qwen2, qwen3, gemma, gemma2, gemma3, gpt2.
  ///
  /// - Parameters:
  ///   - keepsBlocks: Whether weights in a GGUF file's blocks (Q8_0, Q4_0 and Q4_1) stay in the mapped file as they are:
  ///     the model takes a fraction of the memory, and its weights do not learn.
  ///   - limits: How much the file may ask for.
  /// - Throws: `ModelError` for another kind of model, settings that are not what they should be, or weights that do
  ///   not fit; `DataFileError` for files that cannot be read.
  public static func open(
    _ path: String, keepsBlocks: Bool = false, limits: LoadLimits = LoadLimits()
  ) throws -> CausalLanguageModel {
    if ModelPath(path).isFolder { return try CausalLanguageModel.open(ModelFolder(path, limits: limits)) }
    return try GGUFModel(path, limits: limits).model(keepsBlocks: keepsBlocks)
  }

  /// Opens the model of a folder, in evaluation.
  static func open(_ folder: ModelFolder) throws -> CausalLanguageModel {
    let options = try DecoderOptions(folder.configuration)
    guard options.isCausal else {
      throw folder.configuration.failure(
        "use_bidirectional_attention", .unsupported, expected: "a model that reads one way, which writes",
        hint: "`TextEmbedder` opens one that reads both ways")
    }
    let names = try DecoderFamily(folder.configuration).names
    return try folder.module(names: names) { CausalLanguageModel(options) }
  }
}

extension Decoder {
  /// Opens the body of a model, without the map to logits, from a Hugging Face folder, in evaluation: for models of
  /// embeddings, whose folders have no more, and heads of one's own.
  ///
  /// - Throws: `ModelError` for another kind of model, settings that are not what they should be, or weights that do
  ///   not fit; `DataFileError` for files that cannot be read.
  public static func open(_ folder: ModelFolder) throws -> Decoder {
    let options = try DecoderOptions(folder.configuration)
    var names = try DecoderFamily(folder.configuration).names
    names.optional.append("lm_head.")
    return try folder.module(names: names) { Decoder(options) }
  }
}
