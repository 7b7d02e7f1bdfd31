@_spi(Locks) import WeftTensor
import WeftText

/// A language model that writes texts: opened from a folder or a GGUF file, asked in a line.
///
/// ```swift
/// let generator = try TextGenerator(from: "models/SmolLM2-135M-Instruct")
/// for try await piece in generator.chat([.user("What is the capital of France?")]) { print(piece, terminator: "") }
/// ```
/// Any number of tasks may ask at once: their texts are continued together. All computation is on a thread of the
/// generator's own, none on Swift's.
public final class TextGenerator: Sendable {
  let core: GeneratorCore
  private let loop: GenerationLoop

  /// A generator from its parts.
  ///
  /// - Parameters:
  ///   - model: It is put into evaluation, and must not be changed while the generator is used.
  ///   - chatTemplate: How conversations are written; nil for a model that has none.
  ///   - endTokens: The tokens by which the model ends a text.
  ///   - rules: Which tokens may come where.
  ///   - limit: The most texts that are continued at once; others wait.
  public init(
    _ model: CausalLanguageModel, tokenizer: Tokenizer, chatTemplate: ChatTemplate? = nil, endTokens: Set<Int> = [],
    rules: TokenRules = TokenRules(), limit: Int = 16
  ) {
    core = GeneratorCore(model, tokenizer, chatTemplate, endTokens, rules: rules)
    loop = GenerationLoop(core, limit: limit)
  }

  deinit { loop.end() }

  /// The model's tokenizer.
  public var tokenizer: Tokenizer { core.tokenizer }
  /// How conversations are written; nil for a model that has none.
  public var chatTemplate: ChatTemplate? { core.chatTemplate }
  /// The tokens by which the model ends a text.
  public var endTokens: Set<Int> { core.endTokens }
  /// What the model is made of.
  public var options: DecoderOptions { core.options }

  /// The tokens of a prompt, with those that the tokenizer adds.
  ///
  /// - Throws: `TokenizerError` for a text that cannot be encoded.
  public func tokens(of prompt: String) throws -> [Int] { try core.tokenizer.encode(prompt).ids }

  /// The tokens of a conversation as the model's template writes it, up to where the answer begins.
  ///
  /// - Throws: `ModelError` where the model has no template, `TemplateError` where that refuses the conversation.
  public func tokens(of messages: [ChatMessage]) throws -> [Int] {
    try tokens(of: messages.map(\.value))
  }

  /// The same for messages with whatever the template takes, such as calls of tools.
  ///
  /// - Parameters:
  ///   - tools: Descriptions of functions as JSON schemas.
  ///   - variables: Further variables of the template, such as `enable_thinking`.
  /// - Throws: `ModelError` where the model has no template, `TemplateError` where that refuses the conversation.
  public func tokens(
    of messages: [TemplateValue], tools: [TemplateValue]? = nil, variables: TemplateDictionary = [:]
  ) throws -> [Int] {
    guard let template = core.chatTemplate else {
      throw ModelError(
        .input, expected: "a model with a chat template", found: "one without",
        hint: "continue a plain text instead, or give the generator a template")
    }
    let text = try template.render(messages: messages, tools: tools, addGenerationPrompt: true, variables: variables)
    return try core.tokenizer.encode(text, addsSpecialTokens: false).ids
  }
}

// Asking.
extension TextGenerator {
  /// Continues a text; pieces come as they are written.
  public func stream(_ prompt: String, _ settings: GenerationSettings = GenerationSettings()) -> TextStream {
    TextStream(loop, settings, Result { GenerationPrompt(try tokens(of: prompt)) })
  }

  /// Continues tokens; pieces come as they are written.
  public func stream(tokens: [Int], _ settings: GenerationSettings = GenerationSettings()) -> TextStream {
    TextStream(loop, settings, .success(GenerationPrompt(tokens)))
  }

  /// Answers a conversation; pieces come as they are written.
  public func chat(
    _ messages: [ChatMessage], _ settings: GenerationSettings = GenerationSettings()
  ) -> TextStream {
    TextStream(loop, settings, Result { GenerationPrompt(try tokens(of: messages)) })
  }

  /// Continues a text, and gives what was written when it has ended.
  ///
  /// - Throws: As the stream: `ModelError` for settings or a prompt that cannot be, `TokenizerError`, `TensorError`.
  public func generate(
    _ prompt: String, _ settings: GenerationSettings = GenerationSettings()
  ) async throws -> GeneratedText {
    try await stream(prompt, settings).collected()
  }
}

extension GenerationBatch {
  /// A batch without texts.
  ///
  /// - Parameters:
  ///   - limit: The most texts at a time.
  ///   - promptCacheBytes: How much is kept of texts that have ended, for prompts that begin alike; 0 for nothing.
  public convenience init(_ generator: TextGenerator, limit: Int, promptCacheBytes: Int = 1 << 28) {
    self.init(generator.core, limit: limit, promptCacheBytes: promptCacheBytes)
  }
}
