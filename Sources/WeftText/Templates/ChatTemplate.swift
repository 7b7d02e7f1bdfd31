/// Writes a conversation as the text that a model was trained to continue.
///
/// Models come with a template in the Jinja language: in `tokenizer_config.json` under `chat_template`, or beside it in
/// `chat_template.jinja`. What it sees is what the Python library transformers gives it: `messages`, `tools`,
/// `documents`, `add_generation_prompt`, special tokens such as `bos_token`, and whatever else the caller adds.
///
/// ```swift
/// let chat = try ChatTemplate(configuration: tokenizerConfigBytes)
/// let prompt = try chat.render(messages: [["role": "user", "content": "Hello"]], addGenerationPrompt: true)
/// ```
public struct ChatTemplate: Sendable {
  /// The templates by name; `default` is the one for ordinary conversations.
  public let templates: [(name: String, template: Template)]
  /// The special tokens, as `bos_token`: those of the configuration, or the caller's.
  public var specialTokens: TemplateDictionary
  /// What `strftime_now` takes for the present.
  public var clock = TemplateClock.system

  /// A chat template from its text, such as that of `chat_template.jinja`.
  ///
  /// - Throws: `TemplateError` with the place where the text is not a template.
  public init(
    _ text: String, specialTokens: TemplateDictionary = [:], limits: TemplateLimits = TemplateLimits()
  ) throws(TemplateError) {
    templates = [("default", try Template(text, limits: limits))]
    self.specialTokens = specialTokens
  }

  /// The chat template and the special tokens of a `tokenizer_config.json`.
  ///
  /// - Parameter file: the text of `chat_template.jinja`, which comes before what the configuration has.
  /// - Throws: `TemplateError` where the configuration is not JSON, has no template, or one that cannot be read.
  public init(
    configuration: [UInt8], file: String? = nil, limits: TemplateLimits = TemplateLimits()
  ) throws(TemplateError) {
    guard case .dictionary(let items) = try TemplateValue(json: configuration, limits: limits) else {
      throw TemplateError(.wrongFormat, expected: "a JSON object in tokenizer_config.json", found: "another value")
    }
    let source = file.map { TemplateValue.string($0) } ?? items["chat_template"] ?? .none
    var templates: [(name: String, template: Template)] = []
    for (name, text) in try Self.sources(source) { templates.append((name, try Template(text, limits: limits))) }
    self.templates = templates
    specialTokens = Self.tokens(in: items)
  }

  private static func sources(_ value: TemplateValue) throws(TemplateError) -> [(String, String)] {
    switch value {
    case .string(let text): return [("default", text)]
    case .dictionary(let named):
      return named.entries.compactMap { entry in
        entry.value.stringValue.flatMap { text in entry.key.stringValue.map { ($0, text) } }
      }
    case .list(let items) where !items.isEmpty:
      return try items.map { (item) throws(TemplateError) in
        guard case .dictionary(let named) = item, case .string(let name) = named["name"],
          case .string(let text) = named["template"]
        else {
          throw TemplateError(.wrongFormat, expected: "templates with 'name' and 'template'", found: "another value")
        }
        return (name, text)
      }
    default:
      throw TemplateError(
        .wrongFormat, expected: "a chat template as 'chat_template' in tokenizer_config.json, or a chat_template.jinja",
        found: "none")
    }
  }

  /// The special tokens of a configuration: texts, or objects with the text as `content`.
  private static func tokens(in items: TemplateDictionary) -> TemplateDictionary {
    var tokens = TemplateDictionary()
    for entry in items.entries {
      guard let name = entry.key.stringValue, name.hasSuffix("_token") else { continue }
      if case .string = entry.value { tokens[name] = entry.value }
      if case .dictionary(let token) = entry.value, case .string = token["content"] { tokens[name] = token["content"] }
    }
    return tokens
  }

  /// The names of the templates.
  public var names: [String] { templates.map(\.name) }

  /// The template under a name; without one, `tool_use` where there are tools and such a template, else `default`.
  ///
  /// - Throws: `TemplateError` where there is none of the name.
  public func template(named name: String? = nil, hasTools: Bool = false) throws(TemplateError) -> Template {
    let wanted = name ?? (hasTools && names.contains("tool_use") ? "tool_use" : "default")
    if let found = templates.first(where: { $0.name == wanted }) { return found.template }
    if name == nil, templates.count == 1, let only = templates.first { return only.template }
    throw TemplateError(
      .badValue, expected: "one of the chat templates \(names.joined(separator: ", "))", found: "'\(wanted)'")
  }

  /// The text of a conversation.
  ///
  /// - Parameters:
  ///   - messages: dictionaries with `role`, `content` and what else the template takes, such as `tool_calls`.
  ///   - tools: descriptions of functions as JSON schemas.
  ///   - documents: dictionaries with `title` and `text`, for templates that take them.
  ///   - addGenerationPrompt: whether the text ends with the beginning of an answer.
  ///   - variables: further variables, such as `enable_thinking`; they come before special tokens of the same name.
  ///   - name: the name of one of several templates.
  /// - Throws: `TemplateError`: what the template refuses (`raisedMessage`), or cannot do, and where.
  public func render(
    messages: [TemplateValue], tools: [TemplateValue]? = nil, documents: [TemplateValue]? = nil,
    addGenerationPrompt: Bool = false, variables: TemplateDictionary = [:], template name: String? = nil
  ) throws(TemplateError) -> String {
    let template = try template(named: name, hasTools: tools != nil)
    var all = specialTokens
    for entry in variables.entries { all[entry.key] = entry.value }
    all["messages"] = .list(messages.map(Self.withReasoning))
    all["tools"] = tools.map { .list($0) } ?? TemplateValue.none
    all["documents"] = documents.map { .list($0) } ?? TemplateValue.none
    all["add_generation_prompt"] = .bool(addGenerationPrompt)
    return try template.render(all, clock: clock)
  }

  /// A message whose reasoning stands under the names that templates read, as transformers does it.
  private static func withReasoning(_ message: TemplateValue) -> TemplateValue {
    guard case .dictionary(let items) = message else { return message }
    let given = ["reasoning_content", "thinking", "reasoning"].lazy.compactMap { items[$0] }.first { $0 != .none }
    guard let given else { return message }
    var result: TemplateDictionary = ["thinking": given]
    for entry in items.entries { result[entry.key] = entry.value }
    result["reasoning_content"] = given
    return .dictionary(result)
  }
}
