/// What sentence-transformers' files say of a cross-encoder, beside its `config.json`.
struct CrossEncoderSettings {
  /// The tokens whose logits are the score; nil for a model with a head of its own.
  private(set) var scored: ScoredTokens?
  /// The function behind the logit, by its name in PyTorch, and the file that says so.
  private(set) var activation: (name: String, place: ModelConfiguration)?
  /// What is put before a query, or tells a chat template what to look for; empty for nothing.
  private(set) var prompt = ""
  /// Where pairs are cut off, in tokens; nil where no file says it.
  private(set) var maxLength: Int?
  /// Whether a chat template writes pairs; nil where no file says it.
  private(set) var writesMessages: Bool?
  /// Whether messages of the template have their text in a list of parts; nil where no file says it.
  private(set) var hasParts: Bool?

  static let fileName = "config_sentence_transformers.json"

  /// - Parameter folder: Where they lie; one that is no cross-encoder's says nothing.
  init(_ folder: ModelFolder) throws(ModelError) {
    guard try folder.isCrossEncoder() else { return }
    try readSteps(folder)
    if let settings = try folder.configuration(Self.fileName) {
      activation = try settings.text(optional: "activation_fn").map { ($0, settings) }
      let prompts = try settings.part(optional: "prompts")
      if let name = try settings.text(optional: "default_prompt_name") {
        prompt = try prompts?.text(optional: name) ?? ""
      }
    }
    guard let settings = try folder.configuration("sentence_bert_config.json") else { return }
    maxLength = try settings.integer(optional: "max_seq_length", in: 1...Int(Int32.max))
    guard let kinds = try settings.part(optional: "modality_config") else { return }
    let messages = try kinds.part(optional: "message")
    writesMessages = messages != nil
    let formats: [(String, Bool?)] = [("structured", true), ("flat", false), ("auto", nil)]
    hasParts = try messages?.choice("format", of: formats, default: "auto")
  }

  private mutating func readSteps(_ folder: ModelFolder) throws(ModelError) {
    for step in try folder.listedSteps() {
      let path = try EmbeddingSteps.path(step)
      switch EmbeddingSteps.name(ofType: try step.text("type")) {
      case "Transformer" where path.isEmpty: break
      case "LogitScore":
        let file = path.isEmpty ? "config.json" : path + "/config.json"
        let settings = try ModelConfiguration(contentsOf: folder.file(file))
        scored = ScoredTokens(
          yes: try settings.integer("true_token_id"), no: try settings.integer(optional: "false_token_id"), cap: nil)
      default:
        throw step.failure(
          "type", .unsupported, expected: "Transformer in the folder itself, and maybe LogitScore behind it",
          found: "\"\(try step.text("type"))\" in \"\(path)\"")
      }
    }
  }
}

extension ModelFolder {
  /// Whether sentence-transformers wrote the folder as one that scores or classifies pairs of texts, not as an embedder.
  ///
  /// - Throws: `ModelError` for files that cannot be read.
  package func isCrossEncoder() throws(ModelError) -> Bool {
    let kind = try configuration(CrossEncoderSettings.fileName)?.text(optional: "model_type")
    return kind == "CrossEncoder" ? true : try scoresByTokens()
  }

  /// Whether its steps make a score of the logits of tokens: a language model that says yes or no.
  ///
  /// - Throws: `ModelError` for files that cannot be read.
  package func scoresByTokens() throws(ModelError) -> Bool {
    for step in try listedSteps() where EmbeddingSteps.name(ofType: try step.text("type")) == "LogitScore" {
      return true
    }
    return false
  }
}
