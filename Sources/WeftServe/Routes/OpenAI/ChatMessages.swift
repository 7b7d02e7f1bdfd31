import WeftText

/// The conversation of a request as a template sees it.
struct ChatMessages {
  let messages: [TemplateValue]
  let tools: [TemplateValue]?
  let variables: TemplateDictionary

  init(_ body: Field) throws {
    let messages = try body["messages"].elements(atMost: 10_000)
    guard !messages.isEmpty else { throw body["messages"].unfit("at least one message") }
    self.messages = try messages.map { try Self.message($0) }
    let choice = body["tool_choice"].given
    let choiceText = choice?.isText == true ? try choice?.text() : nil
    if let choice, choiceText != "auto", choiceText != "none" {
      throw choice.unfit("\"auto\" or \"none\": the model cannot be made to call a function")
    }
    let wantsTools = choiceText != "none"
    let tools = try body["tools"].given?.elements(atMost: 1000).map { tool -> TemplateValue in
      _ = try tool["function"]["name"].text()
      return Self.value(tool.value ?? .null)
    }
    self.tools = wantsTools && tools?.isEmpty == false ? tools : nil
    var variables = TemplateDictionary()
    for (name, field) in try body["chat_template_kwargs"].given?.members() ?? [] {
      variables[name] = Self.value(field.value ?? .null)
    }
    self.variables = variables
  }

  private static func message(_ field: Field) throws -> TemplateValue {
    _ = try field["role"].text()
    var result = TemplateDictionary()
    for (name, member) in try field.members() {
      switch name {
      case "content": result[name] = try content(member)
      case "tool_calls":
        if let calls = member.given { result[name] = .list(try calls.elements().map { try toolCall($0) }) }
      default: result[name] = value(member.value ?? .null)
      }
    }
    if result["content"] == nil {
      guard result["tool_calls"] != nil else { throw field["content"].unfit("a text") }
      result["content"] = .string("")
    }
    return .dictionary(result)
  }

  /// Templates of language models join texts to texts: the parts of a content become one.
  private static func content(_ field: Field) throws -> TemplateValue {
    guard let field = field.given else { return .string("") }
    if field.isText { return .string(try field.text()) }
    let parts = try field.elements().map { part in
      _ = try part["type"].text(among: ["text"])
      return try part["text"].text()
    }
    return .string(parts.joined())
  }

  /// A call whose arguments are values, as templates want them, rather than a JSON text.
  private static func toolCall(_ field: Field) throws -> TemplateValue {
    guard case .text(let text)? = field["function"]["arguments"].value, let arguments = try? JSON(text.utf8),
      case .object = arguments
    else { return value(field.value ?? .null) }
    var function = TemplateDictionary()
    for (name, member) in try field["function"].members() { function[name] = value(member.value ?? .null) }
    function["arguments"] = value(arguments)
    var call = TemplateDictionary()
    for (name, member) in try field.members() { call[name] = value(member.value ?? .null) }
    call["function"] = .dictionary(function)
    return .dictionary(call)
  }

  private static func value(_ json: JSON) -> TemplateValue {
    switch json {
    case .null, .written: .none
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value): .float(value)
    case .text(let value): .string(value)
    case .list(let values): .list(values.map(value))
    case .floats(let values): .list(values.map { .float(Double($0)) })
    case .object(let members): .dictionary(TemplateDictionary(members.map { ($0.name, value($0.value)) }))
    }
  }
}
