import Testing
import WeftText

@Suite struct ChatTemplateTests {
  let text =
    "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}"
    + "{% if tools %}{{ tools|tojson }}{% endif %}{{ '<assistant>' if add_generation_prompt }}"

  @Test func aConversationBecomesText() throws {
    let chat = try ChatTemplate(text, specialTokens: ["bos_token": "<s>"])
    let messages: [TemplateValue] = [["role": "user", "content": "Hi"]]
    #expect(try chat.render(messages: messages) == "<s><user>Hi")
    let tools: [TemplateValue] = [["name": "f", "strict": true]]
    #expect(
      try chat.render(messages: messages, tools: tools, addGenerationPrompt: true)
        == #"<s><user>Hi[{"name": "f", "strict": true}]<assistant>"#)
  }

  @Test func configurationsHoldOneTemplateOrSeveral() throws {
    let one =
      #"{"chat_template": "{{ bos_token }}{{ eos_token }}", "bos_token": "<s>", "eos_token": {"content": "</s>"}}"#
    #expect(try ChatTemplate(configuration: Array(one.utf8)).render(messages: []) == "<s></s>")
    let several = """
      {"chat_template": [{"name": "default", "template": "D"}, {"name": "tool_use", "template": "T"},
        {"name": "rag", "template": "R"}]}
      """
    let chat = try ChatTemplate(configuration: Array(several.utf8))
    #expect(chat.names == ["default", "tool_use", "rag"])
    #expect(try chat.render(messages: []) == "D")
    #expect(try chat.render(messages: [], tools: [[:]]) == "T")
    #expect(try chat.render(messages: [], template: "rag") == "R")
    #expect(try ChatTemplate(configuration: Array(several.utf8), file: "F").render(messages: []) == "F")
  }

  @Test func configurationsWithoutATemplateAreRefused() {
    let cases = [
      (
        "{}",
        "chat template: expected a chat template as 'chat_template' in tokenizer_config.json, or a "
          + "chat_template.jinja, found none [template.wrong-format]"
      ),
      (
        "{\"a\": }",
        "chat template, line 1, column 7: expected a value in JSON, found the byte 125 "
          + "[template.wrong-format]"
      ),
      (
        "[]",
        "chat template: expected a JSON object in tokenizer_config.json, found another value "
          + "[template.wrong-format]"
      ),
    ]
    for (text, message) in cases {
      do {
        _ = try ChatTemplate(configuration: Array(text.utf8))
        Issue.record("taken: \(text)")
      } catch { #expect(error.description == message) }
    }
  }

  @Test func anUnknownNameIsRefusedWithThoseThatAre() throws {
    let chat = try ChatTemplate("x")
    #expect {
      _ = try chat.template(named: "rag")
    } throws: { error in
      "\(error)" == "chat template: expected one of the chat templates default, found 'rag' [template.bad-value]"
    }
  }

  @Test func functionsOfTheCallerMayBeCalled() throws {
    let shout = TemplateFunction(name: "shout") { arguments, _ in .string((arguments.first?.stringValue ?? "") + "!") }
    #expect(try Template("{{ shout('a') }}").render(["shout": .function(shout)]) == "a!")
  }

  @Test func oneTemplateRendersOnManyThreads() async throws {
    let template = try Template("{% macro f(x) %}{{ x }}{% endmacro %}{% for i in range(n) %}{{ f(i) }}{% endfor %}")
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<16 { group.addTask { try template.render(["n": 100]) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(texts) == [(0..<100).map(String.init).joined()])
  }

  @Test func jsonIsReadAndWritten() throws {
    let text = #"{"b": [1, 2.5, -1e-07, true, null], "a": "\u00e9\ud83d\ude00\n\"", "empty": {}, "none": []}"#
    let written = #"{"b": [1, 2.5, -1e-07, true, null], "a": "é😀\n\"", "empty": {}, "none": []}"#
    #expect(try TemplateValue(json: text).json() == written)
    for text in ["", "[1,]", "{\"a\" 1}", "01", "1.", "+1", "\"\\x\"", "\"\\ud800\"", "\"a", "[", "nul", "1 2"] {
      #expect(throws: TemplateError.self) { try TemplateValue(json: text) }
    }
    #expect(throws: TemplateError.self) { try TemplateValue(json: String(repeating: "[", count: 100_000)) }
  }

  @Test func valuesAreEqualAsInPython() {
    #expect(TemplateValue.integer(1) == .float(1) && TemplateValue.bool(true) == .integer(1))
    #expect(TemplateValue.string("e\u{301}") != .string("\u{e9}"))
    #expect(TemplateValue.list([1]) != .tuple([1]))
  }
}
