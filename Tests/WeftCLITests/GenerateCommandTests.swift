import Foundation
import Testing
import Weft

/// `weft generate` and `weft chat` with a model of two layers.
@Suite struct GenerateCommandTests {
  private struct Golden: Decodable {
    struct Case: Decodable { let shapes: [String: [Int]] }
    let cases: [String: Case]
  }

  /// The configuration and the shapes are those of a small model of the tests of WeftModels; its tokens are letters.
  private func model(in folder: TemporaryFolder) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("WeftModelsTests/Goldens/decoders.json")
    let data = try Data(contentsOf: file)
    let golden = try JSONDecoder().decode(Golden.self, from: data)
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let settings = try #require((root["cases"] as? [String: [String: Any]])?["llama"]?["config"])
    func write(_ object: Any, _ name: String) throws {
      try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: folder(name)))
    }
    try write(settings, "config.json")
    let shapes = try #require(golden.cases["llama"]).shapes.sorted { $0.key < $1.key }
    let tensors = Random.withSeed(1) {
      shapes.map { (name: $0.key, tensor: Tensor(normal: Shape($0.value), deviation: 0.5)) }
    }
    try SafeTensors(tensors).write(to: folder("model.safetensors"))
    let letters = (0..<48).map { String(UnicodeScalar(UInt8(48 + $0))) }
    let bytes: [String: Any] = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
    ]
    let vocabulary = Dictionary(uniqueKeysWithValues: letters.enumerated().map { ($1, $0) })
    let model: [String: Any] = ["type": "BPE", "vocab": vocabulary, "merges": [String]()]
    try write(
      ["version": "1.0", "pre_tokenizer": bytes, "decoder": bytes, "added_tokens": [Any](), "model": model]
        as [String: Any], "tokenizer.json")
  }

  @Test func aTextIsContinued() throws {
    let folder = try TemporaryFolder()
    try model(in: folder)
    let plain = try Program.run("generate", folder("."), "ABC", "--max-tokens", "7", "--stats")
    #expect(plain.status == 0 && plain.output.count == 8 && plain.output.last == "\n", "\(plain.complaint)")
    #expect(plain.complaint.hasPrefix("3 tokens read (") && plain.complaint.contains("7 written"))
    let again = try Program.run("generate", folder("."), "ABC", "--max-tokens", "7")
    #expect(again.output == plain.output && again.complaint == "")
    let stopped = try Program.run(
      "generate", folder("."), "ABC", "--max-tokens", "7", "--stop", String(plain.output.dropFirst(2).prefix(2)))
    #expect(stopped.output.count < plain.output.count && plain.output.hasPrefix(stopped.output.dropLast()))
    func drawn(_ seed: String) throws -> String {
      try Program.run(
        "generate", folder("."), "ABC", "--max-tokens", "30", "--temperature", "2", "--top-k", "20", "--seed", seed
      ).output
    }
    #expect(try drawn("3") == drawn("3"))
    #expect(try drawn("3") != drawn("4"))
    // "0" is token 0, and no token that was written comes again.
    let biased = try Program.run("generate", folder("."), "ABC", "--max-tokens", "7", "--logit-bias", "0=1000")
    #expect(biased.output == "0000000\n", "\(biased.complaint)")
    for penalty in ["--presence-penalty", "--frequency-penalty"] {
      let varied = try Program.run("generate", folder("."), "ABC", "--max-tokens", "7", penalty, "1000")
      #expect(varied.status == 0 && Set(varied.output).count == 8, "\(penalty): \(varied.output)")
    }
    let typical = try Program.run(
      "generate", folder("."), "ABC", "--max-tokens", "7", "--temperature", "1", "--typical-p", "0.5", "--seed", "1")
    #expect(typical.status == 0 && typical.output.count == 8, "\(typical.complaint)")
    let beyond = try Program.run("generate", folder("."), "ABC", "--logit-bias", "4800=1")
    #expect(beyond.status == 1 && beyond.complaint.contains("logitBias"), "\(beyond.complaint)")
    // Nothing was said, so nothing is answered.
    let silence = try Program.run("chat", folder("."))
    #expect(silence.status == 0 && silence.output == "")
  }

  /// What `generation_config.json` says of tokens that do not come.
  @Test func tokensThatTheFolderForbids() throws {
    let folder = try TemporaryFolder()
    try model(in: folder)
    func written(_ settings: String) throws -> String {
      try Data(settings.utf8).write(to: URL(fileURLWithPath: folder("generation_config.json")))
      let outcome = try Program.run("generate", folder("."), "ABC", "--max-tokens", "12")
      #expect(outcome.status == 0, "\(outcome.complaint)")
      return outcome.output
    }
    let free = try written("{}")
    let (first, second) = (Array(free.utf8)[0], Array(free.utf8)[1])
    let suppressed = try written("{\"suppress_tokens\": [\(first - 48)]}")
    #expect(!suppressed.utf8.contains(first) && suppressed.count == 13)
    #expect(try written("{\"begin_suppress_tokens\": [\(first - 48)]}").utf8.first != first)
    let other = try written("{\"bad_words_ids\": [[\(first - 48), \(second - 48)]]}")
    #expect(other.utf8.first == first && !other.contains(String(decoding: [first, second], as: UTF8.self)))
    #expect(try !written("{\"bad_words_ids\": [[\(first - 48)]]}").utf8.contains(first))
    // What never can be used is no reason to refuse a model.
    #expect(
      try free
        == written("{\"suppress_tokens\": [999], \"begin_suppress_tokens\": [999], \"forced_bos_token_id\": 999}"))
    // A text may end, whatever rows say.
    let ends = "\"eos_token_id\": [\(second - 48)]"
    #expect(try written("{\(ends), \"bad_words_ids\": [[\(second - 48)]]}") == written("{\(ends)}"))
    for wrong in ["[[99]]", "[[]]", "[3]", "3", "[[\"a\"]]"] {
      try Data("{\"bad_words_ids\": \(wrong)}".utf8).write(to: URL(fileURLWithPath: folder("generation_config.json")))
      let outcome = try Program(["generate", folder("."), "ABC"]).outcome()
      #expect(outcome.status == 1 && outcome.complaint.contains("bad_words_ids"), "\(wrong): \(outcome.complaint)")
    }
  }

  /// An output that takes nothing, and an input that gives nothing, are failures in one line and no crash.
  @Test(arguments: [
    ["generate", "A", "> /dev/full"], ["generate", "-", "< /"], ["chat", "< /"], ["inspect", "> /dev/full"],
  ])
  func whatCannotBeReadOrWritten(_ words: [String]) throws {
    let folder = try TemporaryFolder()
    try model(in: folder)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let redirection = words[words.count - 1]
    process.arguments =
      ["-c", "ulimit -t 60; exec \"$0\" \"$@\" \(redirection) 2> '\(folder("complaint"))'", Program.path, words[0]]
      + [folder(".")] + words[1..<(words.count - 1)]
    process.environment = ProcessInfo.processInfo.environment.merging(["WEFT_QUIET": "1"]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let complaint = try String(contentsOfFile: folder("complaint"), encoding: .utf8)
    #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(complaint)")
    #expect(complaint.hasPrefix("weft: standard ") && complaint.split(separator: "\n").count == 1, "\(complaint)")
  }

  /// Where not even the complaint can be written, the status says it.
  @Test(arguments: ["2> /dev/full", "2>&-"]) func aFailureThatNobodyReads(_ redirection: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "ulimit -t 60; exec \"$0\" embed /nowhere a > /dev/null \(redirection)", Program.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 1)
  }

  @Test func misuseIsOneLine() throws {
    let folder = try TemporaryFolder()
    try model(in: folder)
    for arguments in [
      ["generate", "/nowhere", "a"], ["generate", folder("."), ""], ["generate", folder("config.json"), "A"],
      ["chat", "/nowhere"],
    ] {
      let outcome = try Program(arguments).outcome()
      #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(arguments): \(outcome.complaint)")
    }
    for (option, value) in [
      ("--top-k", "0"), ("--top-p", "7"), ("--max-tokens", "-1"), ("--temperature", "nan"),
      ("--typical-p", "0"), ("--presence-penalty", "inf"), ("--frequency-penalty", "nan"), ("--logit-bias", "a=1"),
      ("--logit-bias", "7"), ("--min-p", "2"), ("--repetition-penalty", "0"),
    ] {
      let outcome = try Program.run("generate", folder("."), "A", "\(option)=\(value)")
      #expect(outcome.status == 64 && outcome.complaint.contains("\(option) takes"), "\(outcome.complaint)")
    }
    let silent = try Program.run("generate", folder("."), "A", "--stop", "")
    #expect(silent.status == 64 && silent.complaint.contains("--stop takes"), "\(silent.complaint)")
  }
}
