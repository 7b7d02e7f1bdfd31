import WeftModels
import WeftText

/// A `TextGenerator`, served.
public struct GeneratorEngine: GenerationEngine {
  private let generator: TextGenerator
  private let texts: TextTokens
  public var vocabularySize: Int { generator.options.vocabularySize }
  public var maximumTokens: Int { generator.options.maxPositions }

  /// Serves a generator.
  public init(_ generator: TextGenerator) {
    self.generator = generator
    texts = TextTokens(generator.tokenizer, limit: generator.options.maxPositions)
  }

  public func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    try texts.tokens(of: text, addsSpecialTokens: addsSpecialTokens)
  }

  public func prompt(
    messages: [TemplateValue], tools: [TemplateValue]?, variables: TemplateDictionary
  ) throws -> [Int] {
    try refusingInputs { try generator.tokens(of: messages, tools: tools, variables: variables) }
  }

  public func makeSession(limit: Int) throws -> any GenerationSession {
    GeneratorSession(GenerationBatch(generator, limit: limit), generator.tokenizer) { try $0.add($1, settings: $2) }
  }
}
