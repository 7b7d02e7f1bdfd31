import HTTPTypes
import Testing
import WeftServe

/// Bodies that mean no good: each gets a reason, none stops the server.
struct HostileBodyTests {
  private static let paths = [
    "/v1/embeddings", "/v1/chat/completions", "/v1/completions", "/embed", "/rerank", "/predict", "/tokenize",
    "/v2/models/tensors/infer",
  ]
  private static let field = [
    "/v1/embeddings": "input", "/v1/chat/completions": "messages", "/v1/completions": "prompt", "/embed": "inputs",
    "/rerank": "texts", "/predict": "inputs", "/tokenize": "inputs", "/v2/models/tensors/infer": "inputs",
  ]

  private static let notJSON: [[UInt8]] = [
    [], Array("{".utf8), Array("nul".utf8), Array(#"{"a": 1,}"#.utf8), Array(#"{"a" 1}"#.utf8), Array("{} x".utf8),
    Array(#"{"a": 01}"#.utf8), Array(#"{"a": 1e999}"#.utf8), Array(#"{"a": -}"#.utf8), Array(#"{"a": 1.}"#.utf8),
    Array(#"{"a": "\ud800"}"#.utf8), Array(#"{"a": "\ud800\u0041"}"#.utf8), Array(#"{"a": "\q"}"#.utf8),
    Array(#"{"a": "\u12"}"#.utf8), Array("{\"a\": \"\n\"}".utf8), Array(#"{"a": NaN}"#.utf8),
    Array(#"{"a": ""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8),
    Array(#"{"a": ""#.utf8) + [0xC0, 0x80] + Array(#""}"#.utf8),
    [0x00, 0x01, 0x02], [0xEF, 0xBB, 0xBF, 0x7B, 0x7D], Array("<!doctype html><p>".utf8),
    Array(#"{"a": "#.utf8) + Array(repeating: UInt8(ascii: "["), count: 100_000),
    Array(String(repeating: #"{"a":"#, count: 50_000).utf8),
  ]

  @Test(arguments: paths) func whatIsNotJSONIsCalledSo(_ path: String) async throws {
    try await ServerTest.run { (server) async throws in
      for body in Self.notJSON {
        let answer = try await server.post(path, body)
        #expect(answer.status == 400, "\(body.prefix(20))")
        #expect(answer.text.contains("The body is not JSON"))
      }
    }
  }

  @Test(arguments: paths) func otherTypesThanExpectedAreRefused(_ path: String) async throws {
    try await ServerTest.run { (server) async throws in
      #expect(try await server.post(path, "[1]").status == 422)
      #expect(try await server.post(path, "3").status == 422)
      #expect(try await server.post(path, "{}").status == 422)
      for value in [
        "null", "true", "-9223372036854775808", "1.7976931348623157e308", "{}", "[null]", "[{}]", "[[[]]]", "[[{}]]",
        "[true, []]", "[9223372036854775807]", "[1e300]", #"[{"role": 3}]"#, #"[{"name": [], "shape": {}}]"#,
      ] {
        let answer = try await server.post(path, #"{"query": "a", "\#(Self.field[path] ?? "")": \#(value)}"#)
        #expect(answer.status == 422, "\(value)")
        #expect(answer.text.contains("expected"))
      }
    }
  }

  /// Fields that count only beside others are looked at all the same.
  @Test func fieldsThatDoNotCountAreLookedAtToo() async throws {
    try await ServerTest.run { (server) async throws in
      let chat = #"{"messages": [{"role": "user", "content": "a"}], "max_completion_tokens": 2"#
      #expect(try await server.post("/v1/chat/completions", chat + "}").status == 200)
      #expect(try await server.post("/v1/chat/completions", chat + #", "max_tokens": 3}"#).status == 200)
      for (field, value) in [
        ("max_tokens", #""x""#), ("max_tokens", "0"), ("max_tokens", "[]"), ("stream_options", "3"),
        ("stream_options", "[]"), ("stream_options", #"{"include_usage": 1}"#),
      ] {
        let answer = try await server.post("/v1/chat/completions", chat + ", \"\(field)\": \(value)}")
        #expect(answer.status == 422 && answer.text.contains(field), "\(field): \(value) gave \(answer.text)")
      }
      for name in ["3", #""query""#] {
        #expect(try await server.post("/tokenize", "{\"inputs\": \"a\", \"prompt_name\": \(name)}").status == 422)
      }
      let x = #"{"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]"#
      let mask = #", {"name": "mask", "shape": [1], "datatype": "BOOL", "data": [true]}], "outputs": [{"name": "whole""#
      for (place, status) in [("none", 200), ("body", 422), ("input", 422), ("output", 422)] {
        func here(_ own: String) -> String { place == own ? #", "parameters": 3}"# : "}" }
        let body = #"{"inputs": ["# + x + here("input") + mask + here("output") + "]" + here("body")
        let answer = try await server.post("/v2/models/tensors/infer", body)
        #expect(answer.status == status, "parameters of \(place): \(answer.text)")
      }
    }
  }

  /// A message shows the beginning of what a client calls things.
  @Test func longNamesAreNotRepeated() async throws {
    try await ServerTest.run { (server) async throws in
      let name = String(repeating: "word ", count: 50_000)
      for (path, body) in [
        ("/v1/embeddings", #"{"input": "a", "model": "\#(name)"}"#), ("/tokenize", #"{"model": "\#(name)"}"#),
        ("/v1/completions", #"{"prompt": "a", "logit_bias": {"\#(name)": 1}}"#),
        ("/v1/completions", #"{"prompt": "a", "logit_bias": {"é\#(name)": 1}}"#),
      ] {
        let answer = try await server.post(path, body)
        #expect((400..<500).contains(answer.status) && answer.text.utf8.count < 1000, "\(path): \(answer.text.count)")
        #expect(answer.text.contains("word word"))
      }
    }
  }

  @Test(arguments: paths) func largeBodiesAreRefusedWithTheLimit(_ path: String) async throws {
    var settings = ServeSettings()
    settings.maximumBody = 1000
    try await ServerTest.run(settings: settings) { (server) async throws in
      let answer = try await server.post(path, String(repeating: " ", count: 1001))
      #expect(answer.status == 413)
      #expect(answer.text.contains("The body is larger than the 1000 bytes that this server takes."))
      #expect(try await server.post(path, String(repeating: " ", count: 1000)).status == 400)
    }
  }

  @Test func aBodyCutAnywhereIsRefused() async throws {
    try await ServerTest.run { (server) async throws in
      let body = Array(
        #"{"messages": [{"role": "user", "content": "h\u00e9"}], "stop": ["a"], "n": 2, "seed": -1.5e3}"#.utf8)
      #expect(try await server.post("/v1/chat/completions", body).status == 200)
      for count in body.indices {
        #expect(try await server.post("/v1/chat/completions", body.prefix(count)).status == 400)
      }
      for place in body.indices {
        var changed = body
        changed[place] ^= 0x84
        #expect((200..<500).contains(try await server.post("/v1/chat/completions", changed).status))
      }
    }
  }

  @Test func numbersAreReadAsWritten() throws {
    #expect(
      try JSON(#"[0, -0, 1.5, 1e2, -9223372036854775808, 9223372036854775808]"#.utf8) == [
        0, 0, 1.5, 100.0, .integer(.min), 9223372036854775808.0,
      ])
    #expect(try JSON(#""\ud83d\ude00\n\u00e9""#.utf8) == "😀\né")
    #expect(String(decoding: JSON.text("\u{1}\"\\\n\u{7F}é").bytes, as: UTF8.self) == #""\u0001\"\\\n\u007fé""#)
    #expect(
      String(decoding: JSON.list([.number(.nan), .floats([.infinity, 0.1])]).bytes, as: UTF8.self)
        == "[null,[null,0.1]]")
  }
}
