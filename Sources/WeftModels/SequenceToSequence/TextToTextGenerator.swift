import WeftIO
import WeftTensor
import WeftText

/// A model that reads a text and writes another that follows it, a translation or a summary: T5, Flan-T5 and mT5, opened
/// from a folder, asked in a line.
///
/// ```swift
/// let generator = try TextToTextGenerator(from: "models/flan-t5-small")
/// print(try await generator.generate("translate English to German: How old are you?"))
/// ```
/// Any number of tasks may ask at once: their texts are written together. All computation is on a thread of the
/// generator's own, none on Swift's.
public final class TextToTextGenerator: Sendable {
  let core: GeneratorCore
  private let loop: GenerationLoop
  private let startToken: Int

  /// A generator from its parts.
  ///
  /// - Parameters:
  ///   - model: It is put into evaluation, and must not be changed while the generator is used.
  ///   - endTokens: The tokens by which the model ends a text.
  ///   - startToken: The token that every text begins with; the model's own where none is given.
  ///   - rules: Which tokens may come where.
  ///   - limit: The most texts that are written at once; others wait.
  public init(
    _ model: SequenceToSequenceModel, tokenizer: Tokenizer, endTokens: Set<Int>, startToken: Int? = nil,
    rules: TokenRules = TokenRules(), limit: Int = 16
  ) {
    core = GeneratorCore(model, tokenizer, nil, endTokens, rules: rules)
    loop = GenerationLoop(core, limit: limit)
    self.startToken = startToken ?? model.startToken
  }

  /// Opens a model with its tokenizer from a Hugging Face folder.
  ///
  /// - Parameters:
  ///   - limit: The most texts that are written at once; others wait.
  ///   - limits: How much the files may ask for.
  /// - Throws: `ModelError` for another kind of model, settings that are not what they should be, or weights that do
  ///   not fit; `DataFileError` and `TokenizerError` for files that cannot be read.
  public convenience init(from path: String, limit: Int = 16, limits: LoadLimits = LoadLimits()) throws {
    let folder = try ModelFolder(path, limits: limits)
    guard try SequenceFamily(folder.configuration).readsTexts else {
      throw folder.configuration.failure(
        "model_type", .unsupported, expected: "a model that reads texts, as t5", found: "one that reads sounds",
        hint: "`SpeechRecognizer`, or `weft transcribe`, has it write what is said")
    }
    let model = try folder.sequenceToSequenceModel()
    let vocabulary = model.options.vocabularySize
    let start = try folder.configuration("generation_config.json")?
      .token("decoder_start_token_id", below: vocabulary, default: model.startToken)
    self.init(
      model, tokenizer: try folder.tokenizer(), endTokens: try folder.endTokens(), startToken: start,
      rules: try folder.tokenRules(vocabularySize: vocabulary), limit: limit)
  }

  /// Whether a path is a folder whose model reads a text and writes another.
  public static func canOpen(_ path: String) -> Bool {
    guard let folder = try? ModelFolder(path) else { return false }
    return (try? SequenceFamily(folder.configuration).readsTexts) ?? false
  }

  deinit { loop.end() }

  /// The model's tokenizer.
  public var tokenizer: Tokenizer { core.tokenizer }
  /// The tokens by which the model ends a text.
  public var endTokens: Set<Int> { core.endTokens }

  /// The tokens of a text, with those that the tokenizer adds.
  ///
  /// - Throws: `TokenizerError` for a text that cannot be encoded.
  public func tokens(of text: String) throws -> [Int] { try core.tokenizer.encode(text).ids }

  /// Reads a text and writes what follows it; pieces come as they are written.
  public func stream(_ text: String, _ settings: GenerationSettings = GenerationSettings()) -> TextStream {
    TextStream(loop, settings, Result { try prompt(text) })
  }

  /// Reads a text, and gives what follows it when it has ended.
  ///
  /// - Throws: As the stream: `ModelError` for settings or a text that cannot be, `TokenizerError`, `TensorError`.
  public func generate(
    _ text: String, _ settings: GenerationSettings = GenerationSettings()
  ) async throws -> GeneratedText {
    try await stream(text, settings).collected()
  }

  /// The tokens of a text at most: each head has a number for each pair of places.
  package var longestText: Int { min(core.options.maxPositions, 4096) }

  /// Tokens are below this.
  package var vocabularySize: Int { core.options.vocabularySize }

  /// What is given to the encoder and to the decoder for a text.
  func prompt(_ text: String) throws -> GenerationPrompt { try prompt(tokens(of: text)) }

  /// The same for the text's tokens.
  func prompt(_ ids: [Int]) throws -> GenerationPrompt {
    let most = longestText
    guard 1...most ~= ids.count else {
      throw ModelError(.input, path: "text", expected: "1 to \(most) tokens", found: "\(ids.count)")
    }
    if let wrong = ids.first(where: { !(0..<core.options.vocabularySize ~= $0) }) {
      throw ModelError(
        .input, path: "text", expected: "tokens in 0 ..< \(core.options.vocabularySize)", found: "\(wrong)",
        hint: "the tokenizer is that of another model")
    }
    return GenerationPrompt([startToken], following: Tensor(ids))
  }
}

extension GenerationBatch {
  /// A batch without texts, of a model that reads each of them.
  ///
  /// - Parameter limit: The most texts at a time.
  public convenience init(_ generator: TextToTextGenerator, limit: Int) {
    self.init(generator.core, limit: limit, promptCacheBytes: 0)
  }

  /// Adds a text that follows another; the next step writes its first token.
  ///
  /// - Returns: A number for it, which no other gets.
  /// - Throws: As `add(_:settings:)`; `TokenizerError` for a text that cannot be encoded.
  public func add(
    following text: String, of generator: TextToTextGenerator, settings: GenerationSettings
  ) throws -> Int {
    try add(try generator.prompt(text), settings: settings)
  }

  /// The same for a text's tokens, with those that the tokenizer adds.
  ///
  /// - Throws: As `add(_:settings:)`.
  public func add(
    following tokens: [Int], of generator: TextToTextGenerator, settings: GenerationSettings
  ) throws -> Int {
    try add(try generator.prompt(tokens), settings: settings)
  }
}
