import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WeftData
import WeftModels
import WeftServe
import WeftTensor

/// Sounds by OpenAI's interface.
struct AudioRouteTests {
  private static let sound: [UInt8] = {
    let wave = (0..<8000).map { Float($0 % 100) / 200 }
    return (try? Sound(channels: [wave], sampleRate: 16_000))?.wav() ?? []
  }()

  /// A form of fields and, unless it is left out, the sound.
  private static func form(_ fields: [(String, String)], file: [UInt8]? = sound) -> [UInt8] {
    var body: [UInt8] = []
    for (name, value) in fields {
      body += "--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8
    }
    if let file {
      let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
      body += (head + "Content-Type: audio/wav\r\n\r\n").utf8 + file + "\r\n".utf8
    }
    return body + "--edge--\r\n".utf8
  }

  private func ask(
    _ server: ServerTest, _ body: [UInt8], path: String = "/v1/audio/transcriptions",
    type: String = "multipart/form-data; boundary=edge"
  ) async throws -> ServerTest.Answer {
    try await server.post(path, body, [.contentType: type])
  }

  @Test func transcriptsComeInTheFormsThatAreAskedFor() async throws {
    try await ServerTest.run { (server) async throws in
      let plain = try await ask(server, Self.form([]))
      #expect(plain.json == ["text": "Hello, world.", "usage": ["type": "duration", "seconds": 1]])
      let text = try await ask(server, Self.form([("response_format", "text")]))
      #expect(text.text == "Hello, world.\n" && text.headers[.contentType] == "text/plain; charset=utf-8")
      let verbose = try await ask(
        server, Self.form([("response_format", "verbose_json"), ("timestamp_granularities[]", "segment")])
      ).json
      #expect(verbose["language"] == "german" && verbose["duration"] == 0.5 && verbose["task"] == "transcribe")
      guard case .list(let segments)? = verbose["segments"] else { throw Unexpected() }
      #expect(segments.count == 2 && segments[1]["start"] == 3661.25 && segments[0]["tokens"] == [1, 2])
      #expect(segments[0]["avg_logprob"] == 0.0 && segments[1]["id"] == 1)
      let subtitles = try await ask(server, Self.form([("response_format", "srt")])).text
      #expect(subtitles.hasPrefix("1\n00:00:00,000 --> 00:00:01,500\nHello,\n\n2\n01:01:01,250 --> 01:01:02,000\n"))
      let web = try await ask(server, Self.form([("response_format", "vtt")])).text
      #expect(web.hasPrefix("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello,\n\n01:01:01.250 -->"))
    }
  }

  @Test func whatIsAskedForReachesTheModel() async throws {
    let engine = ToyTranscription()
    try await ServerTest.run([ServedModel("ears", transcription: engine)]) { (server) async throws in
      let quoted = "Multipart/Form-Data; charset=x; boundary=\"edge\""
      _ = try await ask(server, Self.form([("model", "ears"), ("language", "en"), ("temperature", "0")]), type: quoted)
      _ = try await ask(server, Self.form([("temperature", "0.5"), ("response_format", "verbose_json")]))
      _ = try await ask(server, Self.form([]), path: "/v1/audio/translations")
    }
    let requests = engine.requests.items
    #expect(requests.map(\.language) == ["en", nil, nil] && requests.map(\.temperature) == [nil, 0.5, nil])
    #expect(requests.map(\.hasTimes) == [false, true, false] && requests.map(\.task) == [nil, nil, .translate])
  }

  @Test(arguments: [
    (form([], file: nil), 422, "`file`: expected a WAV file, got nothing."),
    (form([], file: []), 422, "`file`: expected a WAV file: "),
    (form([("model", "tensors")]), 422, "The model \"tensors\" is none for sounds."),
    (form([("model", "none")]), 404, "There is no model \"none\""),
    (form([("response_format", "xml")]), 422, "`response_format`: expected one of \"json\""),
    (form([("temperature", "hot")]), 422, "`temperature`: expected a number of 0 to 1, got \"hot\"."),
    (form([("temperature", "nan")]), 422, "`temperature`: expected a number of 0 to 1"),
    (form([("stream", "true")]), 422, "`stream`: expected \"false\""),
    (form([("timestamp_granularities[]", "word")]), 422, "expected \"segment\", which alone is done here"),
    (form([("timestamp_granularities[]", "segment")]), 422, "where `response_format` is not verbose_json"),
    (form([("prompt", "Hello")]), 422, "`prompt`: expected nothing"),
    (Array("--edge".utf8), 400, "a part that ends in its boundary"),
    (Array("--edge\r\n\r\n\r\n--edge--".utf8), 400, "a name for each part"),
    ([], 400, "The form: expected its boundary, found none."),
    (form(Array(repeating: ("model", "ears"), count: 65)), 422, "at most 64 parts"),
  ]) func whatCannotBeMetIsSaid(_ body: [UInt8], _ status: Int, _ words: String) async throws {
    try await ServerTest.run { (server) async throws in
      let answer = try await ask(server, body)
      #expect(answer.status == status && answer.json["error"]?["message"] != nil, "\(answer.status)")
      guard case .text(let message)? = answer.json["error"]?["message"] else { throw Unexpected() }
      #expect(message.contains(words), "\(message)")
    }
  }

  /// A form says by an empty field that nothing is asked for.
  @Test func emptyFieldsAreNone() async throws {
    let engine = ToyTranscription()
    let names = ["model", "language", "temperature", "response_format", "stream", "prompt"]
    try await ServerTest.run([ServedModel("ears", transcription: engine)]) { (server) async throws in
      let answer = try await ask(server, Self.form(names.map { ($0, "") }))
      #expect(answer.status == 200, "\(answer.text)")
    }
    #expect(engine.requests.items == [TranscriptionRequest()])
  }

  /// What stands between quotes is one name, whatever is in it.
  @Test func namesMayHoldWhatParametersEndIn() async throws {
    let engine = ToyTranscription()
    try await ServerTest.run([ServedModel("ears", transcription: engine)]) { (server) async throws in
      for head in [
        #"form-data; filename="a; name=b.wav"; name="file""#, #"form-data; NAME=file; filename="\";name=\"x\".wav""#,
        #"form-data; filename="C:\sounds\a.wav" ; name = "file""#,
      ] {
        var body = Array("--e;dge\r\nContent-Disposition: \(head)\r\n\r\n".utf8)
        body += Self.sound + Array("\r\n--e;dge--\r\n".utf8)
        let answer = try await ask(server, body, type: "multipart/form-data; boundary=\"e;dge\"")
        #expect(answer.status == 200, "\(head): \(answer.text)")
      }
      let other = Array("--edge\r\nContent-Disposition: form-data; name=\"a;b\"\r\n\r\n\r\n--edge--\r\n".utf8)
      #expect(try await ask(server, other).text.contains("`file`: expected a WAV file, got nothing."))
    }
  }

  /// Sounds take turns, with each other and with what else is asked for.
  @Test func soundsTakeTurns() async throws {
    let gate = Gate()
    let engine = ToyTranscription(steps: 3, gate: gate)
    let shelf = ModelShelf()
    shelf.put(ServedModel("ears", transcription: engine))
    shelf.put(ServedModel("vectors", embedding: ToyEmbedding()))
    try await ServerTest.run(shelf) { (server) async throws in
      async let first = ask(server, Self.form([]))
      try await eventually { engine.taken.items == [1] }
      async let second = ask(server, Self.form([]))
      async let vector = server.post("/embed", #"{"inputs": [1]}"#)
      // The first sound's first step holds the thread until both wait.
      try await eventually { shelf.admission.waiting == 2 }
      gate.open(for: 1)
      #expect(try await vector.status == 200)
      try await eventually { engine.taken.items == [1, 1] }
      gate.open()
      #expect(try await first.status == 200)
      #expect(try await second.status == 200)
    }
    #expect(engine.taken.items == [1, 1, 2, 1, 2, 2])
  }

  /// Nothing is said in the sound, and yet it ends where nobody waits any more.
  @Test func aSoundEndsWithItsDeadline() async throws {
    let engine = ToyTranscription(steps: .max)
    try await ServerTest.run([ServedModel("ears", transcription: engine)]) { (server) async throws in
      var headers: HTTPFields = [.contentType: "multipart/form-data; boundary=edge"]
      headers[try #require(HTTPField.Name("X-Request-Timeout"))] = "0.2"
      let answer = try await server.post("/v1/audio/transcriptions", Self.form([]), headers)
      #expect(answer.status == 504)
      // The thread is free again.
      try await Task.sleep(for: .milliseconds(50))
      let count = engine.taken.items.count
      try await Task.sleep(for: .milliseconds(50))
      #expect(engine.taken.items.count == count)
    }
  }

  /// That memory does not suffice is said of the request, whatever the engine.
  @Test func memoryThatDoesNotSufficeIsTheRequests() async throws {
    let failure = TensorError(.outOfMemory, operation: "matmul", expected: "16 TiB", got: "less")
    let engine = ToyTranscription(failure: failure)
    try await ServerTest.run([ServedModel("ears", transcription: engine)]) { (server) async throws in
      let answer = try await ask(server, Self.form([]))
      #expect(answer.status == 413 && answer.text.contains("16 TiB"))
    }
  }

  @Test func othersThanFormsAreRefused() async throws {
    var settings = ServeSettings()
    settings.maximumSoundSeconds = 0.25
    try await ServerTest.run(settings: settings) { (server) async throws in
      for type in ["", "application/json", "multipart/form-data", "multipart/form-data; boundary="] {
        #expect(try await ask(server, Self.form([]), type: type).status == 400)
      }
      let long = try await ask(server, Self.form([]))
      #expect(long.status == 422 && long.text.contains("at most 0.25 seconds of sound, got 0.5"))
      // A form that is cut off anywhere is refused, and nothing more happens.
      let whole = Self.form([("language", "de")], file: Array(Self.sound.prefix(60)))
      for count in whole.indices { #expect([400, 422].contains(try await ask(server, Array(whole[..<count])).status)) }
    }
  }
}
