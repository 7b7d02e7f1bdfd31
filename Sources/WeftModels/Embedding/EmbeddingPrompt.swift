/// What is put before a text that is to be embedded: many models were trained to tell by it what the text is for.
public enum EmbeddingPrompt: Hashable, Sendable {
  /// The one that the folder names as its default; none where it names none.
  case standard
  /// None.
  case none
  /// The folder's for questions (`query`), or its default where it has none.
  case query
  /// The folder's for what is searched (`document`, `passage` or `corpus`), or its default where it has none.
  case document
  /// The folder's of this name.
  case named(String)
  /// A text of the caller's.
  case text(String)
}

/// How vectors are compared.
public enum EmbeddingSimilarity: String, Hashable, Sendable, CaseIterable {
  /// a·b / (‖a‖·‖b‖).
  case cosine
  /// a·b.
  case dot
  /// -‖a - b‖.
  case euclidean
  /// -Σ|a - b|.
  case manhattan
}

extension ModelFolder {
  /// How many of a vector's features sentence-transformers' files keep where nothing is asked for; nil for all.
  package func keptFeatures() throws(ModelError) -> Int? {
    try configuration("config_sentence_transformers.json")?.integer(
      optional: "truncate_dim", in: 1...Int(Int32.max))
  }
}

/// What sentence-transformers' files say beside the steps.
struct EmbeddingSettings: Sendable {
  var prompts: [String: String] = [:]
  var defaultPrompt: String?
  var similarity = EmbeddingSimilarity.cosine
  /// How many of a vector's features are kept where nothing is asked for; nil for all.
  var dimensions: Int?
  var maxLength: Int?
  var lowercases = false

  /// - Parameter encoderPath: Where the transformer's files lie.
  init(_ folder: ModelFolder, encoderPath: String) throws(ModelError) {
    if let settings = try folder.configuration("config_sentence_transformers.json") {
      if let texts = try settings.part(optional: "prompts") {
        for key in texts.keys { prompts[key] = try texts.text(optional: key) }
      }
      defaultPrompt = try settings.text(optional: "default_prompt_name")
      if let name = defaultPrompt, prompts[name] == nil {
        throw settings.failure(
          "default_prompt_name", expected: knownPrompts, found: "\"\(name)\"")
      }
      similarity = try settings.choice(
        "similarity_fn_name", of: EmbeddingSimilarity.allCases.map { ($0.rawValue, $0) }, default: "cosine")
    }
    dimensions = try folder.keptFeatures()
    let prefix = encoderPath.isEmpty ? "" : encoderPath + "/"
    if let settings = try folder.configuration(prefix + "sentence_bert_config.json") {
      maxLength = try settings.integer(optional: "max_seq_length", in: 1...Int(Int32.max))
      lowercases = try settings.flag("do_lower_case", default: false)
    }
  }

  /// The text to be put before others.
  func text(_ prompt: EmbeddingPrompt) throws(ModelError) -> String {
    let standard = defaultPrompt.flatMap { prompts[$0] } ?? ""
    switch prompt {
    case .standard: return standard
    case .none: return ""
    case .query: return prompts["query"] ?? standard
    case .document: return ["document", "passage", "corpus"].lazy.compactMap { prompts[$0] }.first ?? standard
    case .text(let text): return text
    case .named(let name):
      if let text = prompts[name] { return text }
      throw ModelError(.input, path: "prompt", expected: knownPrompts, found: "\"\(name)\"")
    }
  }

  /// What a prompt's name may be, in words.
  private var knownPrompts: String {
    if prompts.isEmpty { return "no name, for the folder has no prompts" }
    return "one of the prompts \(prompts.keys.sorted().joined(separator: ", "))"
  }
}
