import Foundation
import Testing
import Weft

/// `weft generate` with a T5, and `weft transcribe` with a Whisper, both of a few weights.
@Suite struct SequenceCommandTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      let shapes: [String: [Int]]
    }
    let cases: [String: Case]
    let whisper: Case
  }

  /// The configurations and the shapes are those of small models of the tests of WeftModels; tokens are letters.
  private func model(_ name: String, in folder: TemporaryFolder) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("WeftModelsTests/Goldens/sequence_to_sequence.json")
    let data = try Data(contentsOf: file)
    let golden = try JSONDecoder().decode(Golden.self, from: data)
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let all = name == "whisper" ? root["whisper"] : (root["cases"] as? [String: Any])?[name]
    let own = try #require(all as? [String: Any])
    func write(_ object: Any, _ name: String) throws {
      try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: folder(name)))
    }
    try write(try #require(own["config"]), "config.json")
    if let generation = own["generation"] { try write(generation, "generation_config.json") }
    try write(["feature_size": 20, "chunk_length": 1], "preprocessor_config.json")
    let shapes = try #require(name == "whisper" ? golden.whisper : golden.cases[name]).shapes.sorted { $0.key < $1.key }
    let tensors = Random.withSeed(1) {
      shapes.map { (name: $0.key, tensor: Tensor(normal: Shape($0.value), deviation: 0.5)) }
    }
    try SafeTensors(tensors).write(to: folder("model.safetensors"))
    var vocabulary: [String: Int] = [:]
    for place in 0..<(name == "whisper" ? 103 : 48) {
      let letter = String(UnicodeScalar(UInt8(33 + place % 94)))
      vocabulary[place < 94 ? letter : letter + "Z"] = place
    }
    let bytes: [String: Any] = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
    ]
    let model: [String: Any] = ["type": "BPE", "vocab": vocabulary, "merges": [String]()]
    try write(
      ["version": "1.0", "pre_tokenizer": bytes, "decoder": bytes, "added_tokens": [Any](), "model": model]
        as [String: Any], "tokenizer.json")
  }

  @Test func aTextIsWrittenOfAnother() throws {
    let folder = try TemporaryFolder()
    try model("t5", in: folder)
    let plain = try Program.run("generate", folder("."), "ABC", "--max-tokens", "7", "--stats")
    #expect(plain.status == 0 && plain.output.last == "\n", "\(plain.complaint)")
    #expect(plain.complaint.hasPrefix("3 tokens read ("), "\(plain.complaint)")
    let again = try Program.run("generate", folder("."), "ABC", "--max-tokens", "7")
    #expect(again.output == plain.output && again.complaint == "")
    let empty = try Program(["generate", folder("."), ""]).outcome()
    #expect(empty.status == 1 && empty.complaints.count == 1, "\(empty.complaint)")
    let chat = try Program(["chat", folder(".")]).outcome()
    #expect(chat.status == 1 && chat.complaints.count == 1, "\(chat.complaint)")
  }

  @Test func soundsAreWrittenDown() throws {
    let folder = try TemporaryFolder()
    try model("whisper", in: folder)
    let wave = (0..<40_000).map { Float(sin(Double($0) * 0.1) * 0.3) }
    let sound = try Sound(channels: [wave], sampleRate: 16_000)
    for name in ["a.wav", "b.wav"] { try Data(sound.wav()).write(to: URL(fileURLWithPath: folder(name))) }
    let plain = try Program.run(
      "transcribe", folder("."), folder("a.wav"), "--language", "english", "--max-tokens", "5",
      "--temperature", "0")
    #expect(plain.status == 0 && plain.output.last == "\n" && plain.complaint == "", "\(plain.complaint)")
    let both = try Program.run(
      "transcribe", folder("."), folder("a.wav"), folder("b.wav"), "--language", "en", "--max-tokens", "5",
      "--temperature", "0")
    #expect(both.output == "\(folder("a.wav")):\n\(plain.output)\(folder("b.wav")):\n\(plain.output)")
    let timed = try Program.run(
      "transcribe", folder("."), folder("a.wav"), "--timestamps", "--translate", "--max-tokens", "5",
      "--temperature", "0")
    #expect(timed.status == 0 && timed.output.hasPrefix("    0.") && timed.complaint == "", "\(timed.output)")
  }

  /// Weights in codes, also those of a model that writes one text of another; no folder has blocks.
  @Test func weightsAreInCodes() throws {
    let folder = try TemporaryFolder()
    try model("t5", in: folder)
    let coded = try Program.run("generate", folder("."), "ABC", "--max-tokens", "7", "--weights", "int4")
    #expect(coded.status == 0 && coded.output.last == "\n", "\(coded.complaint)")
    let blocks = try Program(["generate", folder("."), "ABC", "--weights", "blocks"]).outcome()
    #expect(blocks.status == 1 && blocks.complaint.contains("expected a GGUF file"), "\(blocks.complaint)")
    let served = try Program(["serve", folder("."), "--port", "0", "--weights", "blocks"]).outcome()
    #expect(served.status == 1 && served.complaint.contains("expected a GGUF file"), "\(served.complaint)")
    let numbers = try Program.run("generate", folder("."), "ABC", "--max-tokens", "7", "--weights", "float32")
    #expect(numbers.output == (try Program.run("generate", folder("."), "ABC", "--max-tokens", "7").output))
    let speech = try TemporaryFolder()
    try model("whisper", in: speech)
    let wave = (0..<40_000).map { Float(sin(Double($0) * 0.1) * 0.3) }
    let sound = try Sound(channels: [wave], sampleRate: 16_000)
    try Data(sound.wav()).write(to: URL(fileURLWithPath: speech("a.wav")))
    let heard = try Program.run(
      "transcribe", speech("."), speech("a.wav"), "--language", "en", "--max-tokens", "5", "--temperature", "0",
      "--weights", "int8")
    #expect(heard.status == 0 && heard.output.last == "\n", "\(heard.complaint)")
  }

  /// A model that cannot be loaded ends the server in order: one line says why.
  @Test func aModelThatFailsIsOneLine() throws {
    let folder = try TemporaryFolder()
    try Data("{".utf8).write(to: URL(fileURLWithPath: folder("config.json")))
    let outcome = try Program(["serve", folder("."), "--port", "0", "--quiet"]).outcome()
    #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.complaint)")
    #expect(outcome.complaint.contains("config.json"), "\(outcome.complaint)")
  }

  /// A server that is told to end does not wait for a model that is being read: here for one that never comes.
  @Test(.timeLimit(.minutes(1)), arguments: [SIGTERM, SIGINT])
  func anEndDoesNotWaitForAModelThatIsRead(_ signal: Int32) async throws {
    let folder = try TemporaryFolder()
    try #require(mkfifo(folder("slow.json"), 0o600) == 0)
    let server = try Program(["serve", folder("slow.json"), "--port", "0"])
    while !server.written.contains("weft: serving at ") { try await Task.sleep(for: .milliseconds(20)) }
    kill(server.process.processIdentifier, signal)
    let outcome = try server.outcome()
    #expect(outcome.status == 0 && outcome.complaint.contains(#""message":"ended""#), "\(outcome.complaint)")
  }

  /// Nor does one that cannot listen.
  @Test(.timeLimit(.minutes(1))) func aPortInUseDoesNotWaitForAModelThatIsRead() async throws {
    let folder = try TemporaryFolder()
    try #require(mkfifo(folder("slow.json"), 0o600) == 0)
    let first = try Program(["serve", folder("slow.json"), "--port", "0"])
    while !first.written.contains("weft: serving at ") { try await Task.sleep(for: .milliseconds(20)) }
    let address = first.written.split(separator: "weft: serving at ").last?.prefix { $0 != "\n" }
    let port = address?.split(separator: ":").last
    let second = try Program(["serve", folder("slow.json"), "--port", String(try #require(port))]).outcome()
    #expect(second.status == 1 && second.complaint.contains("expected to listen at"), "\(second.complaint)")
    first.process.terminate()
    #expect(try first.outcome().status == 0)
  }

  /// Each line of the log is an object, those of loading too.
  @Test func theLogIsJSON() async throws {
    let folder = try TemporaryFolder()
    try model("t5", in: folder)
    let server = try Program(["serve", "t5=" + folder("."), "--port", "0"])
    var (address, tries) = (Substring?.none, 0)
    while !isReady(address), tries < 600 {
      tries += 1
      try await Task.sleep(for: .milliseconds(100))
      address = server.written.split(separator: "weft: serving at ").last?.prefix { $0 != "\n" }
    }
    server.process.terminate()
    let lines = try server.outcome().complaints
    #expect(lines.contains { $0.contains(#""message":"loaded""#) })
    for line in lines { #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) } }
  }

  /// A server says what the program says.
  @Test func bothAreServed() async throws {
    let (texts, sounds) = (try TemporaryFolder(), try TemporaryFolder())
    try model("t5", in: texts)
    try model("whisper", in: sounds)
    let wave = (0..<40_000).map { Float(sin(Double($0) * 0.1) * 0.3) }
    let wav = try Sound(channels: [wave], sampleRate: 16_000).wav()
    try Data(wav).write(to: URL(fileURLWithPath: sounds("a.wav")))
    let server = try Program(["serve", "t5=" + texts("."), "ears=" + sounds("."), "--port", "0", "--quiet"])
    defer { server.process.terminate() }
    var (address, tries) = (Substring?.none, 0)
    while !isReady(address), tries < 600 {
      tries += 1
      try await Task.sleep(for: .milliseconds(100))
      address = server.written.split(separator: "weft: serving at ").last?.prefix { $0 != "\n" }
    }
    let root = try #require(address)
    let written = try Program.run("generate", texts("."), "ABC", "--max-tokens", "7")
    let body = #"{"model": "t5", "prompt": "ABC", "max_tokens": 7, "temperature": 0}"#
    let completion = try Self.curl("\(root)/v1/completions", ["-d", body])
    let choices = try #require(completion["choices"] as? [[String: Any]])
    #expect(choices.first?["text"] as? String == String(written.output.dropLast()))
    let chat = #"{"model": "t5", "messages": [{"role": "user", "content": "Hi"}]}"#
    #expect("\(try Self.curl("\(root)/v1/chat/completions", ["-d", chat]))".contains("has no conversations"))
    let said = try Program.run(
      "transcribe", sounds("."), sounds("a.wav"), "--language", "german", "--timestamps", "--temperature", "0.1",
      "--seed", "1")
    let form = ["file=@" + sounds("a.wav"), "language=german", "temperature=0.1", "response_format=verbose_json"]
    let transcript = try Self.curl("\(root)/v1/audio/transcriptions", form.flatMap { ["-F", $0] })
    #expect(transcript["language"] as? String == "german" && transcript["duration"] as? Double == 2.5)
    let segments = try #require(transcript["segments"] as? [[String: Any]])
    #expect(!segments.isEmpty && said.status == 0, "\(said.complaint)")
    let unknown = try Self.curl("\(root)/v1/audio/transcriptions", ["-F", form[0], "-F", "language=klingon"])
    #expect("\(unknown)".contains("expected one of de, en, fr"), "\(unknown)")
  }

  private func isReady(_ address: Substring?) -> Bool {
    guard let address, let answer = try? Self.curl("\(address)/health/ready", []) else { return false }
    return answer["status"] as? String == "ready"
  }

  /// What a server answers, as JSON.
  private static func curl(_ address: String, _ arguments: [String]) throws -> [String: Any] {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["curl", "-s", "--max-time", "60", address] + arguments
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  @Test func misuseIsOneLine() throws {
    let folder = try TemporaryFolder()
    try model("whisper", in: folder)
    try Data("RIFF".utf8).write(to: URL(fileURLWithPath: folder("a.wav")))
    for arguments in [
      ["transcribe", "/nowhere", "a.wav"], ["transcribe", folder("."), folder("b.wav")],
      ["transcribe", folder("."), folder("a.wav")], ["transcribe", folder("."), folder("config.json")],
      ["generate", folder("."), "A"], ["serve", "/nowhere", "--adapter", "legal=legal"],
    ] {
      let outcome = try Program(arguments).outcome()
      #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(arguments): \(outcome.complaint)")
    }
  }
}
