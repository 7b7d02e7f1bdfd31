import WeftText

/// What a recognizer is to write.
public enum SpeechTask: String, Hashable, Sendable, CaseIterable {
  /// What is said.
  case transcribe
  /// The same in English.
  case translate
}

/// How a sound is written down.
///
/// ```swift
/// var settings = TranscriptionSettings(language: "de")
/// settings.task = .translate
/// ```
public struct TranscriptionSettings: Hashable, Sendable {
  /// The language that is spoken, as `en`, `english` or `<|en|>`; nil for the one that `generation_config.json` states,
  /// or what the model hears in the first window.
  public var language: String?
  /// What is to be written; nil for what `generation_config.json` states, or what is said.
  public var task: SpeechTask?
  /// Whether times are written. A sound longer than a window is then cut where something ends, not at the window's end.
  public var hasTimestamps: Bool
  /// What becomes of windows whose text is poor; nil where it stands as it is.
  public var fallback: SpeechFallback?
  /// How tokens are chosen; `maxTokens` counts those of one window, nil for as many as the model has positions for.
  public var generation = GenerationSettings(maxTokens: nil)

  /// - Parameters:
  ///   - language: The language that is spoken; nil for what the model hears.
  ///   - task: What is to be written; nil for what is said.
  ///   - hasTimestamps: Whether times are written.
  public init(language: String? = nil, task: SpeechTask? = nil, hasTimestamps: Bool = false) {
    (self.language, self.task, self.hasTimestamps) = (language, task, hasTimestamps)
  }
}

/// The tokens by which Whisper is told what to write: start, language, task, and that there are no times, as
/// `generation_config.json` names them, or else the tokenizer.
struct SpeechTokens: Sendable {
  let start: Int
  let end: Set<Int>
  /// The tokens of languages, by what stands in them, as `en`; none where the model knows English alone.
  let languages: [String: Int]
  let tasks: [SpeechTask: Int]
  /// The token that says that there are no times, behind which those of times begin; nil where there is none.
  let noTimestamps: Int?
  private let latestStart: Int?
  /// What `generation_config.json` asks for where nobody asks for another.
  let standardLanguage: String?
  let standardTask: SpeechTask?

  init(_ folder: ModelFolder, _ tokenizer: Tokenizer, _ model: WhisperModel) throws {
    let settings = try folder.configuration("generation_config.json") ?? folder.configuration
    let vocabulary = model.options.vocabularySize
    func known(_ name: String) -> Int? { tokenizer.id(of: name).flatMap { 0..<vocabulary ~= $0 ? $0 : nil } }
    start = try settings.token("decoder_start_token_id", below: vocabulary, default: model.startToken)
    end = try folder.endTokens()
    noTimestamps =
      try settings.integer(optional: "no_timestamps_token_id", in: 0...vocabulary - 1) ?? known("<|notimestamps|>")
    latestStart = try settings.integer(optional: "max_initial_timestamp_index")
    standardLanguage = try settings.text(optional: "language")
    standardTask =
      try settings.has("task") ? settings.choice("task", of: SpeechTask.allCases.map { ($0.rawValue, $0) }) : nil
    guard try settings.flag("is_multilingual", default: true) else {
      (languages, tasks) = ([:], [:])
      return
    }
    let listed = try settings.part(optional: "lang_to_id").map { try Self.tokens($0, below: vocabulary) }
    languages = Dictionary(
      (listed ?? Self.languages(tokenizer, behind: start, before: known("<|translate|>") ?? start))
        .map { (Self.code($0.key), $0.value) }, uniquingKeysWith: min)
    let stated = try settings.part(optional: "task_to_id").map { try Self.tokens($0, below: vocabulary) } ?? [:]
    tasks = Dictionary(
      SpeechTask.allCases.compactMap { task in
        (stated[task.rawValue] ?? known("<|\(task.rawValue)|>")).map { (task, $0) }
      }, uniquingKeysWith: min)
  }

  private static func tokens(
    _ part: ModelConfiguration, below vocabulary: Int
  ) throws(ModelError) -> [String: Int] {
    var tokens: [String: Int] = [:]
    for key in part.keys { tokens[key] = try part.integer(key, in: 0...vocabulary - 1) }
    return tokens
  }

  /// The tokens of languages of older folders, which stand between the start and the first task.
  private static func languages(_ tokenizer: Tokenizer, behind start: Int, before end: Int) -> [String: Int] {
    guard start < end, end - start < 1000 else { return [:] }
    let names = (start + 1..<end).compactMap { id in tokenizer.token(of: id).map { ($0, id) } }
    return Dictionary(names.filter { $0.0.hasPrefix("<|") && $0.0.hasSuffix("|>") }, uniquingKeysWith: min)
  }

  /// What stands in the token of a language, as `en` in `<|en|>`.
  private static func code(_ name: String) -> String {
    name.lowercased().replacing("<|", with: "").replacing("|>", with: "")
  }

  /// The token of a time 0; nil where the model writes no times.
  var firstTimestamp: Int? { noTimestamps.map { $0 + 1 } }

  /// How times stand in a text.
  var timestampRules: TimestampRules? {
    noTimestamps.map { none in
      let words = end.filter { 0...none ~= $0 }.min() ?? none
      return TimestampRules(first: none + 1, end: words, none: none, latestStart: latestStart)
    }
  }

  /// The token of a language that was asked for.
  ///
  /// - Throws: `ModelError` with those that are known for another.
  func language(_ name: String) throws(ModelError) -> Int {
    if let token = languages[SpeechLanguages.code(Self.code(name))] { return token }
    let known = "one of " + languages.keys.sorted().joined(separator: ", ")
    let expected = languages.isEmpty ? "nothing, as the model knows one language alone" : known
    throw ModelError(.input, path: "language", expected: expected, found: "\"\(name)\"")
  }

  /// The tokens before a text.
  ///
  /// - Parameter language: The token of the language; nil for a model that knows one alone.
  /// - Throws: `ModelError` for a task or times that the model does not know.
  func prompt(language: Int?, _ settings: TranscriptionSettings) throws(ModelError) -> [Int] {
    var tokens = [start]
    if let language { tokens.append(language) }
    if let task = settings.task ?? (tasks.isEmpty ? nil : .transcribe), language != nil || settings.task != nil {
      guard let token = tasks[task] else {
        throw ModelError(
          .input, path: "task", expected: "nothing, as the model knows one task alone", found: task.rawValue)
      }
      tokens.append(token)
    }
    if let noTimestamps, !settings.hasTimestamps { tokens.append(noTimestamps) }
    if settings.hasTimestamps, noTimestamps == nil {
      throw ModelError(.input, path: "hasTimestamps", expected: "false, as the model writes no times", found: "true")
    }
    return tokens
  }
}
