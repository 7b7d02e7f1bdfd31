import WeftText

/// A chat template that writes a query and a document as one text, in messages with these roles, as rerankers made of
/// language models want them.
struct PairTemplate: Sendable {
  private let template: ChatTemplate
  private let prompt: String
  private var hasParts: Bool

  /// - Parameters:
  ///   - prompt: What a message before the others says; empty for none.
  ///   - hasParts: Whether a message's text stands in a list of parts; nil to find out.
  /// - Returns: Nil for a template that does not show both texts, such as one of users and assistants alone.
  init?(_ template: ChatTemplate, prompt: String, hasParts: Bool?) {
    (self.template, self.prompt, self.hasParts) = (template, prompt, hasParts ?? false)
    if showsTexts { return }
    self.hasParts = true
    guard hasParts == nil, showsTexts else { return nil }
  }

  /// Whether both texts have a say in what is written.
  private var showsTexts: Bool {
    guard let base = try? text(query: "one", document: "two"), let other = try? text(query: "six", document: "two"),
      let third = try? text(query: "one", document: "six")
    else { return false }
    return base != other && base != third
  }

  /// The text that a model reads.
  ///
  /// - Throws: `TemplateError` where the template refuses the texts.
  func text(query: String, document: String) throws(TemplateError) -> String {
    let system = prompt.isEmpty ? [] : [message("system", prompt)]
    return try template.render(messages: system + [message("query", query), message("document", document)])
  }

  private func message(_ role: String, _ text: String) -> TemplateValue {
    let content: TemplateValue = hasParts ? .list([["type": "text", "text": .string(text)]]) : .string(text)
    return ["role": .string(role), "content": content]
  }

  /// The tokens at the end of each text, which are the template's own: what a text that is cut off ends with all the same,
  /// for the score is read there.
  func lastTokens(_ tokenizer: Tokenizer) throws -> [Int] {
    func ids(_ filler: String) throws -> [Int] {
      try tokenizer.encode(try text(query: filler, document: filler), addsSpecialTokens: false).ids
    }
    let (first, second) = (try ids("0"), try ids("1 2 3 4"))
    let count = zip(first.reversed(), second.reversed()).prefix { $0 == $1 }.count
    return count < min(first.count, second.count) ? Array(first.suffix(count)) : []
  }
}

/// A query and a document as the tokenizer reads them.
package struct WrittenPair: Sendable {
  /// The query, or both as one text.
  package let text: String
  /// The document; nil where it is in the text.
  package let pair: String?
  /// Whether the tokenizer adds what stands around texts; what a template wrote has it.
  package let addsSpecialTokens: Bool
}

/// How a reranker's pairs become what its tokenizer reads: by a template for messages, or as the two parts of a pair.
struct PairWriter: Sendable {
  /// Nil for parts of a pair.
  let template: PairTemplate?
  /// What is put before the query, where there is no template.
  let prompt: String
  private let lastTokens: [Int]

  /// - Parameter settings: What sentence-transformers' files say; nil for a model that is new, which learns from pairs.
  init(_ folder: ModelFolder, _ settings: CrossEncoderSettings?, _ tokenizer: Tokenizer) throws {
    prompt = settings?.prompt ?? ""
    guard let settings, settings.writesMessages != false, let chat = try folder.chatTemplate() else {
      (template, lastTokens) = (nil, [])
      return
    }
    template = PairTemplate(chat, prompt: settings.prompt, hasParts: settings.hasParts)
    if template == nil, settings.writesMessages == true {
      throw ModelError(
        .unsupported, file: folder.path, path: "chat_template",
        expected: "a template that shows what messages of the roles query and document say", found: "one that does not")
    }
    var whole = tokenizer
    whole.truncation = nil
    lastTokens = try template?.lastTokens(whole) ?? []
  }

  func written(query: String, document: String) throws(TemplateError) -> WrittenPair {
    guard let template else { return WrittenPair(text: prompt + query, pair: document, addsSpecialTokens: true) }
    let text = try template.text(query: query, document: document)
    return WrittenPair(text: text, pair: nil, addsSpecialTokens: false)
  }

  /// The tokens of a pair that was cut off at a length: the last ones are the template's.
  func completed(_ sequence: TokenSequence, cutAt length: Int) -> TokenSequence {
    guard template != nil, sequence.ids.count >= length else { return sequence }
    var result = sequence
    let own = lastTokens.suffix(result.ids.count)
    result.ids.replaceSubrange((result.ids.count - own.count)..., with: own)
    return result
  }
}
