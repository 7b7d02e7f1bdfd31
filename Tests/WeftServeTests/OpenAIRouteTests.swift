import Foundation
import HTTPTypes
import Testing
import WeftServe

struct EmbeddingRouteTests {
  @Test func vectorsHaveLengthOneAndTheirOrder() async throws {
    try await ServerTest.run { (server) async throws in
      // Of the tokens' rests by 4, 0 occurs twice and 1 twice: [2, 2, 0, 0] / √8.
      let answer = try await server.post(
        "/v1/embeddings", #"{"model": "vectors", "input": [[0, 4, 5, 5], [3]], "encoding_format": "float"}"#)
      #expect(answer.status == 200)
      #expect(answer.json["object"] == "list")
      #expect(answer.json["model"] == "vectors")
      #expect(answer.json["usage"] == ["prompt_tokens": 5, "total_tokens": 5])
      #expect(
        answer.text.contains(#""index":0,"embedding":[0.70710677,0.70710677,0.0,0.0]"#)
          && answer.text.contains(#""index":1,"embedding":[0.0,0.0,0.0,1.0]"#))
    }
  }

  @Test func textsAreTokenizedAndCutVectorsAreScaledAgain() async throws {
    try await ServerTest.run { (server) async throws in
      let whole = try await server.post("/v1/embeddings", #"{"input": "a"}"#)
      #expect(whole.json["usage"] == ["prompt_tokens": 2, "total_tokens": 2])
      let cut = try await server.post("/v1/embeddings", #"{"input": "a", "dimensions": 1}"#)
      #expect(cut.text.contains(#""embedding":[1.0]"#))
    }
  }

  @Test func base64HoldsLittleEndianFloats() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/v1/embeddings", #"{"input": [3], "encoding_format": "base64"}"#)
      // base64.b64encode(numpy.array([0, 0, 0, 1], "<f4").tobytes())
      #expect(answer.text.contains(#""embedding":"AAAAAAAAAAAAAAAAAACAPw==""#))
    }
  }

  @Test(arguments: [
    (#"{"input": "a", "dimensions": 5}"#, 422, "`dimensions`: expected a whole number of 1 to 4, got 5."),
    (#"{"input": ""}"#, 200, ""), (#"{"input": []}"#, 422, "`input`: expected at least one text, got an array of 0."),
    (#"{"input": [257]}"#, 422, "`input[0]`: expected a whole number of 0 to 256, got 257."),
    (#"{"input": [-1]}"#, 422, "`input[0]`: expected a whole number of 0 to 256, got -1."),
    (#"{"input": [[]]}"#, 422, "`input[0]`: expected at least one token, got none."),
    (#"{"input": ["a", 1]}"#, 422, "`input[1]`: expected a string, got 1."),
    (#"{"input": {"a": 1}}"#, 422, "`input`: expected a text or an array, got an object."),
    (#"{}"#, 422, "`input`: expected a text or an array, got nothing."),
    (#"{"input": "a", "encoding_format": "hex"}"#, 422, #"one of "float", "base64", got "hex""#),
    (#"{"input": "a", "model": "none"}"#, 404, #"There is no model "none""#),
    (#"{"input": "a", "model": "talk"}"#, 422, #"The model "talk" is none for embeddings."#),
    (#"{"input": "a", "model": 3}"#, 422, "`model`: expected a string, got 3."),
  ])
  func whatDoesNotFitIsSaid(_ body: String, _ status: Int, _ words: String) async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/v1/embeddings", body)
      #expect(answer.status == status)
      if status == 200 { return }
      guard case .text(let message)? = answer.json["error"]?["message"] else {
        Issue.record("no message in \(answer.text)")
        return
      }
      #expect(message.contains(words))
      #expect(answer.json["error"]?["type"] == "invalid_request_error")
    }
  }

  @Test func tooManyTokensAreRefusedWithBothNumbers() async throws {
    try await ServerTest.run { (server) async throws in
      let text = String(repeating: "a", count: 64)
      let answer = try await server.post("/v1/embeddings", #"{"input": ["b", "\#(text)"]}"#)
      #expect(answer.status == 422)
      #expect(
        answer.json["error"]?["message"]
          == "`input[1]`: expected at most 64 tokens, which the model takes, got 65.")
      #expect(answer.json["error"]?["param"] == "input[1]")
    }
  }
}

struct ChatRouteTests {
  private let hello = #"{"model": "talk", "messages": [{"role": "user", "content": "Hi"}]"#

  @Test func anAnswerIsWhole() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/v1/chat/completions", hello + "}")
      #expect(answer.status == 200)
      #expect(answer.json["object"] == "chat.completion")
      guard case .list(let choices)? = answer.json["choices"] else { throw Unexpected() }
      #expect(choices.count == 1)
      #expect(choices[0]["message"] == ["role": "assistant", "content": "Hello, world", "refusal": .null])
      #expect(choices[0]["finish_reason"] == "stop")
      // 12 letters and the end; the prompt is the conversation as JSON.
      #expect(answer.json["usage"]?["completion_tokens"] == 13)
      #expect(answer.json["usage"]?["prompt_tokens"] == 35)
    }
  }

  @Test func aStreamIsMadeOfItsPieces() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post(
        "/v1/chat/completions", hello + #", "stream": true, "stream_options": {"include_usage": true}}"#)
      #expect(answer.headers[.contentType] == "text/event-stream")
      #expect(answer.events.last == "[DONE]")
      let chunks = try answer.events.dropLast().map { try JSON($0.utf8) }
      var text = ""
      for chunk in chunks {
        #expect(chunk["object"] == "chat.completion.chunk")
        guard case .list(let choices)? = chunk["choices"], let choice = choices.first else { continue }
        if case .text(let piece)? = choice["delta"]?["content"] { text += piece }
      }
      #expect(text == "Hello, world")
      #expect(
        chunks[0]["choices"] == [
          ["index": 0, "delta": ["role": "assistant", "content": ""], "logprobs": .null, "finish_reason": .null]
        ])
      #expect(chunks.last?["choices"] == [])
      #expect(chunks.last?["usage"] == ["prompt_tokens": 35, "completion_tokens": 13, "total_tokens": 48])
      #expect(chunks[1]["usage"] == .null)
    }
  }

  @Test func settingsReachTheEngine() async throws {
    let engine = ToyGeneration()
    try await ServerTest.run([ServedModel("talk", generation: engine)]) { (server) async throws in
      let answer = try await server.post(
        "/v1/chat/completions",
        hello + #"""
          , "max_tokens": 3, "temperature": 0, "top_p": 0.5, "top_k": 7, "seed": 11, "stop": ["x", "yz"], "n": 2,
          "logit_bias": {"65": -100}, "presence_penalty": 1, "frequency_penalty": -1}
          """#)
      #expect(answer.status == 200)
      guard case .list(let choices)? = answer.json["choices"] else { throw Unexpected() }
      #expect(choices.map { $0["index"] } == [0, 1])
      #expect(choices[0]["message"]?["content"] == "Hel")
      #expect(choices[0]["finish_reason"] == "length")
      let requests = engine.requests.items
      #expect(requests.map(\.seed) == [11, 12])
      #expect(requests[0].maximumTokens == 3)
      #expect(requests[0].temperature == 0)
      #expect(requests[0].topP == 0.5)
      #expect(requests[0].topK == 7)
      #expect(requests[0].stop == ["x", "yz"])
      #expect(requests[0].logitBias == [65: -100])
      #expect(requests[0].presencePenalty == 1)
      #expect(requests[0].frequencyPenalty == -1)
    }
  }

  @Test func toolsReachTheTemplateAndCallsComeBack() async throws {
    let call = #"I look.<tool_call>{"name": "weather", "arguments": {"city": "Ulm"}}</tool_call>"#
    let engine = ToyGeneration(answer: call, maximumTokens: 1000)
    try await ServerTest.run([ServedModel("talk", generation: engine)]) { (server) async throws in
      let tools = #", "tools": [{"type": "function", "function": {"name": "weather", "parameters": {}}}]"#
      let answer = try await server.post("/v1/chat/completions", hello + tools + "}")
      guard case .list(let choices)? = answer.json["choices"] else { throw Unexpected() }
      #expect(choices[0]["finish_reason"] == "tool_calls")
      #expect(choices[0]["message"]?["content"] == "I look.")
      guard case .list(let calls)? = choices[0]["message"]?["tool_calls"] else { throw Unexpected() }
      #expect(calls[0]["function"] == ["name": "weather", "arguments": #"{"city":"Ulm"}"#])
      let prompt = String(decoding: engine.prompts.items[0].map { UInt8($0) }, as: UTF8.self)
      #expect(prompt.contains("weather"))
      let streamed = try await server.post("/v1/chat/completions", hello + tools + #", "stream": true}"#)
      #expect(!streamed.text.contains("<tool"))
      #expect(streamed.text.contains(#""finish_reason":"tool_calls""#))
      let plain = try await server.post("/v1/chat/completions", hello + tools + #", "tool_choice": "none"}"#)
      #expect(plain.text.contains("<tool_call>"))
    }
  }

  @Test func probabilitiesComeWhereTheyAreAskedFor() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post(
        "/v1/chat/completions", hello + #", "max_tokens": 1, "logprobs": true, "top_logprobs": 2}"#)
      guard case .list(let choices)? = answer.json["choices"] else { throw Unexpected() }
      let scored: JSON = ["token": "H", "logprob": -0.5, "bytes": [72]]
      #expect(
        choices[0]["logprobs"] == [
          "content": [["token": "H", "logprob": -0.5, "bytes": [72], "top_logprobs": [scored, scored]]],
          "refusal": .null,
        ])
    }
  }

  @Test(arguments: [
    (#""messages": []"#, "`messages`: expected at least one message, got an array of 0."),
    (#""messages": [{"content": "a"}]"#, "`messages[0].role`: expected a string, got nothing."),
    (#""messages": [{"role": "user"}]"#, "`messages[0].content`: expected a text, got nothing."),
    (
      #""messages": [{"role": "user", "content": [{"type": "image_url"}]}]"#,
      #"`messages[0].content[0].type`: expected one of "text", got "image_url"."#
    ),
    (#""messages": "a""#, #"`messages`: expected an array, got "a"."#),
    (
      #""messages": [{"role": "user", "content": "a"}], "temperature": 3"#,
      "`temperature`: expected a number of 0.0 to 2.0, got 3."
    ),
    (#""messages": [{"role": "user", "content": "a"}], "n": 0"#, "`n`: expected a whole number of 1 to 16, got 0."),
    (
      #""messages": [{"role": "user", "content": "a"}], "response_format": {"type": "json_object"}"#,
      #"`response_format.type`: expected "text", which alone is done here, got "json_object"."#
    ),
    (
      #""messages": [{"role": "user", "content": "a"}], "top_logprobs": 2"#,
      "`top_logprobs`: expected nothing where `logprobs` is not true, got 2."
    ),
    (
      #""messages": [{"role": "user", "content": "a"}], "logit_bias": {"x": 1}"#,
      "`logit_bias.x`: expected the number of a token, below 257, as a name, got 1."
    ),
  ])
  func whatDoesNotFitIsSaid(_ fields: String, _ words: String) async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/v1/chat/completions", "{\(fields)}")
      #expect(answer.status == 422)
      #expect(answer.json["error"]?["message"] == .text(words))
    }
  }

  @Test func aPromptWithoutRoomIsRefused() async throws {
    try await ServerTest.run { (server) async throws in
      let text = String(repeating: "a", count: 300)
      let answer = try await server.post(
        "/v1/chat/completions", #"{"messages": [{"role": "user", "content": "\#(text)"}]}"#)
      #expect(answer.status == 422)
      #expect(answer.text.contains("expected fewer than the 200 tokens that the model has room for, got 333"))
    }
  }
}

struct CompletionRouteTests {
  @Test func promptsAndChoicesAreCountedThrough() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post(
        "/v1/completions", #"{"prompt": ["a", "b"], "n": 2, "max_tokens": 5, "stop": "ll"}"#)
      #expect(answer.json["object"] == "text_completion")
      guard case .list(let choices)? = answer.json["choices"] else { throw Unexpected() }
      #expect(choices.map { $0["index"] } == [0, 1, 2, 3])
      #expect(choices[0] == ["text": "Hel", "index": 0, "logprobs": .null, "finish_reason": "stop"])
      #expect(answer.json["usage"] == ["prompt_tokens": 4, "completion_tokens": 16, "total_tokens": 20])
    }
  }

  @Test func scoresHaveTheFormerShape() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/v1/completions", #"{"prompt": [1, 2], "max_tokens": 2, "logprobs": 1}"#)
      guard case .list(let choices)? = answer.json["choices"] else { throw Unexpected() }
      #expect(
        choices[0]["logprobs"] == [
          "tokens": ["H", "e"], "token_logprobs": [-0.5, -0.5], "top_logprobs": [["H": -0.5], ["e": -0.5]],
          "text_offset": [0, 1],
        ])
    }
  }

  @Test func aStreamEndsInDone() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.post("/v1/completions", #"{"prompt": "a", "max_tokens": 2, "stream": true}"#)
      #expect(answer.events.count == 3)
      #expect(answer.events[0].contains(#""choices":[{"text":"H","index":0,"logprobs":null,"finish_reason":null}]"#))
      #expect(answer.events[1].contains(#""finish_reason":"length""#))
      #expect(answer.events[2] == "[DONE]")
    }
  }

  @Test func modelsAreListed() async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await server.get("/v1/models")
      guard case .list(let models)? = answer.json["data"] else { throw Unexpected() }
      #expect(models.map { $0["id"] } == ["vectors", "ranks", "classes", "talk", "tensors", "ears"])
      #expect(models[0]["abilities"] == ["embedding"])
      #expect(try await server.get("/v1/models/talk").json["max_model_len"] == 200)
      #expect(try await server.get("/v1/models/none").json["error"]?["code"] == "model_not_found")
    }
  }
}

struct Unexpected: Error {}
