import Testing
import WeftServe

struct ToolCallTests {
  private func read(_ pieces: [String]) -> (text: String, calls: [ToolCall]) {
    var reader = ToolCallReader { "id" }
    var text = ""
    for piece in pieces { text += reader.append(piece) }
    text += reader.finish()
    return (text, reader.calls)
  }

  private let written = #"a <tool_call>{"name": "f", "arguments": {"x": [1]}}</tool_call> b"#

  @Test func callsAreFoundHoweverTheTextIsCut() {
    let call = ToolCall(id: "id", name: "f", arguments: #"{"x":[1]}"#)
    for count in 1...written.count {
      let cut = stride(from: 0, to: written.count, by: count).map { String(written.dropFirst($0).prefix(count)) }
      let (text, calls) = read(cut)
      #expect(text == "a  b")
      #expect(calls == [call])
    }
  }

  @Test func whatIsNoCallStaysText() {
    for text in [
      "<tool_call>no JSON</tool_call>", "<tool_call>{}</tool_call>", "a < b", "<tool", "<tool_call", "<tool_call>",
      #"<tool_call>{"name": 3, "arguments": {}}</tool_call>"#,
    ] {
      let (found, calls) = read(text.map { String($0) })
      #expect(calls.isEmpty)
      #expect(found == text)
    }
  }

  @Test func textsAsArgumentsAndAMissingEndAreTaken() {
    let (text, calls) = read([
      #"<tool_call>{"name": "f", "arguments": "{}"}</tool_call><tool_call>{"name": "g", "parameters": {}}"#
    ])
    #expect(text.isEmpty)
    #expect(calls.map(\.name) == ["f", "g"])
    #expect(calls.map(\.arguments) == ["{}", "{}"])
  }
}
