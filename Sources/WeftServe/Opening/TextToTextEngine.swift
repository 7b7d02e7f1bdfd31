import WeftModels
import WeftText

/// A `TextToTextGenerator`, served: what is written follows the prompt, which takes none of its room.
public struct TextToTextEngine: GenerationEngine {
  private let generator: TextToTextGenerator
  private let texts: TextTokens
  public var vocabularySize: Int { generator.vocabularySize }
  public var maximumTokens: Int { generator.longestText }
  public var hasConversations: Bool { false }

  /// Serves a generator.
  public init(_ generator: TextToTextGenerator) {
    self.generator = generator
    texts = TextTokens(generator.tokenizer, limit: generator.longestText)
  }

  public func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    try texts.tokens(of: text, addsSpecialTokens: addsSpecialTokens)
  }

  /// - Throws: Always: such models have no conversations.
  public func prompt(
    messages: [TemplateValue], tools: [TemplateValue]?, variables: TemplateDictionary
  ) throws -> [Int] {
    throw RequestRefusal(
      .unfit, "This model writes one text of another, and has no conversations; /v1/completions asks it.",
      field: "model")
  }

  public func room(after prompt: [Int]) -> Int { maximumTokens }

  public func makeSession(limit: Int) throws -> any GenerationSession {
    GeneratorSession(GenerationBatch(generator, limit: limit), generator.tokenizer) { [generator] in
      try $0.add(following: $1, of: generator, settings: $2)
    }
  }
}
