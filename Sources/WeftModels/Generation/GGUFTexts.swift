import WeftIO
import WeftText

// What a GGUF file says of texts.
extension GGUFModel {
  /// The model's tokenizer.
  ///
  /// - Throws: `TokenizerError` where its tables do not fit each other, `ModelError` where there are none.
  func tokenizer() throws -> Tokenizer {
    let model = try required("tokenizer.ggml.model", "a text") { $0.text }
    let tokens = try required("tokenizer.ggml.tokens", "a list of texts") { $0.texts }
    var vocabulary = GGUFVocabulary(model: model, tokens: tokens)
    vocabulary.pre = self["pre"]?.text
    vocabulary.scores = try optional("scores") { $0.number.map(Float.init) }
    vocabulary.types = try optional("token_type") { $0.integer }
    vocabulary.merges = try optional("merges") { $0.text }
    vocabulary.beginningID = self["bos_token_id"]?.integer
    vocabulary.endID = self["eos_token_id"]?.integer
    vocabulary.unknownID = self["unknown_token_id"]?.integer
    vocabulary.addsBeginning = self["add_bos_token"]?.truth
    vocabulary.addsEnd = self["add_eos_token"]?.truth
    vocabulary.addsSpacePrefix = self["add_space_prefix"]?.truth
    return try Tokenizer(gguf: vocabulary, file: file.path)
  }

  /// The template that writes conversations; nil where the file has none.
  ///
  /// - Throws: `TemplateError` for one that cannot be read.
  func chatTemplate() throws -> ChatTemplate? {
    guard let text = file.value("tokenizer.chat_template")?.text else { return nil }
    let tokens = file.value("tokenizer.ggml.tokens")?.list ?? []
    var special = TemplateDictionary()
    for (name, key) in [
      ("bos_token", "bos_token_id"), ("eos_token", "eos_token_id"), ("unk_token", "unknown_token_id"),
    ] {
      guard let id = self[key]?.integer, tokens.indices.contains(id), let token = tokens[id].text else { continue }
      special[.string(name)] = .string(token)
    }
    return try ChatTemplate(text, specialTokens: special)
  }

  /// Special tokens that end a turn, whatever the file says.
  private static let ends = [
    "<|im_end|>", "<|eot_id|>", "<|end|>", "<|endoftext|>", "<end_of_turn>", "<|end_of_text|>",
  ]

  /// The tokens by which the model ends a text.
  func endTokens(_ tokenizer: Tokenizer) -> Set<Int> {
    let stated = ["eos_token_id", "eot_token_id", "eom_token_id"].compactMap { self[$0]?.integer }
    let known = Self.ends.compactMap { tokenizer.id(of: $0) }.filter { tokenizer.isSpecial($0) }
    return Set(stated + known)
  }

  private subscript(_ key: String) -> FileValue? { file.value("tokenizer.ggml." + key) }

  private func required<Value>(
    _ key: String, _ kind: String, _ value: (FileValue) -> Value?
  ) throws(ModelError) -> Value {
    guard let stored = file.value(key) else {
      throw ModelError(.missing, file: file.path, path: key, expected: kind, found: "nothing")
    }
    if let value = value(stored) { return value }
    throw ModelError(.badValue, file: file.path, path: key, expected: kind, found: "another value")
  }

  private func optional<Value>(
    _ key: String, _ value: (FileValue) -> Value?
  ) throws(ModelError) -> [Value]? {
    guard let stored = self[key] else { return nil }
    let path = "tokenizer.ggml." + key
    guard let list = stored.list else {
      throw ModelError(.badValue, file: file.path, path: path, expected: "a list", found: "another value")
    }
    let values = list.compactMap(value)
    guard values.count == list.count else {
      throw ModelError(.badValue, file: file.path, path: path, expected: "values of one kind", found: "others")
    }
    return values
  }
}
