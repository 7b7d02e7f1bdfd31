import WeftIO
import WeftNN

extension CausalLanguageModel {
  /// Opens a model from a Hugging Face folder or a GGUF file, in evaluation.
  ///
  /// Families, by `model_type`: Llama (and SmolLM), Mistral, Qwen 2, Qwen 3, Gemma 3 (its text part), GPT-2; by
  /// `general.architecture` of GGUF files: llama, qwen2, qwen3, gemma3, gpt2.
  ///
  /// - Throws: `ModelError` for another kind of model, settings that are not what they should be, or weights that do
  ///   not fit; `DataFileError` for files that cannot be read.
  public static func open(_ path: String, limits: LoadLimits = LoadLimits()) throws -> CausalLanguageModel {
    if ModelPath(path).isFolder { return try CausalLanguageModel.open(ModelFolder(path, limits: limits)) }
    return try GGUFModel(path, limits: limits).model()
  }

  /// Opens the model of a folder, in evaluation.
  static func open(_ folder: ModelFolder) throws -> CausalLanguageModel {
    let options = try DecoderOptions(folder.configuration)
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
