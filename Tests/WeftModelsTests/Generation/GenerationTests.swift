import Foundation
import TestSupport
import Testing
import Weft
import WeftModels
import WeftText

/// Texts that a small model writes, alone and together.
@Suite struct GenerationTests {
  private static let prompt = [5, 15, 39, 29]

  /// The likeliest tokens one after the other, each from the whole text before it.
  private func greedy(_ model: CausalLanguageModel, _ prompt: [Int], _ count: Int) -> [Int] {
    var tokens = prompt
    for _ in 0..<count {
      let logits = noGrad { model(Tensor([tokens])) }[0, tokens.count - 1]
      tokens.append(logits.argMax(axis: 0).item(as: Int.self))
    }
    return Array(tokens.dropFirst(prompt.count))
  }

  private func settings(_ count: Int, _ change: (inout GenerationSettings) -> Void = { _ in }) -> GenerationSettings {
    var settings = GenerationSettings(maxTokens: count)
    settings.ignoresEnd = true
    change(&settings)
    return settings
  }

  @Test(arguments: ["llama", "mistral", "gemma3", "gpt2"]) func greedyText(_ name: String) throws {
    let generator = try TinyGenerator.generator(name)
    let tokens = try TinyGenerator.run(generator, Self.prompt, settings(20))
    #expect(tokens.map(\.token) == greedy(try TinyGenerator.model(name), Self.prompt, 20))
    #expect(tokens.map(\.finish) == Array(repeating: nil, count: 19) + [.length])
    let text = tokens.map(\.text).joined()
    #expect(try text == generator.tokenizer.decode(tokens.map(\.token)))
  }

  @Test func logProbabilities() throws {
    let generator = try TinyGenerator.generator()
    let given = try TinyGenerator.run(generator, Self.prompt, settings(6) { $0.topLogProbabilities = 3 })
    let all = Tensor([Self.prompt + given.map(\.token)])
    let model = try TinyGenerator.model()
    let expected = noGrad { model(all).logSoftmax(axis: 2) }[0]
    for (place, token) in given.enumerated() {
      let row = expected[Self.prompt.count - 1 + place].scalars(as: Float.self)
      #expect(abs(token.logProbability - row[token.token]) < 1e-5)
      let best = row.indices.sorted { row[$0] > row[$1] }.prefix(3)
      #expect(token.topLogProbabilities.map(\.token) == Array(best))
      #expect(zip(token.topLogProbabilities, best).allSatisfy { abs($0.logProbability - row[$1]) < 1e-5 })
    }
  }

  /// Texts that come and go at different times get what each gets alone.
  @Test(arguments: ["llama", "gemma3"]) func togetherAsAlone(_ name: String) throws {
    let generator = try TinyGenerator.generator(name)
    let all: [(prompt: [Int], settings: GenerationSettings)] = (0..<6).map { index in
      let prompt = (0...(3 * index)).map { ($0 * 7 + index) % 48 }
      return (prompt, settings(4 + 3 * index) { ($0.temperature, $0.seed) = (0.9, UInt64(index)) })
    }
    let alone = try all.map { try TinyGenerator.run(generator, $0.prompt, $0.settings).map(\.token) }
    let batch = GenerationBatch(generator, limit: 4)
    var (waiting, found): (Range<Int>, [Int: [Int]]) = (all.indices, [:])
    var numbers: [Int: Int] = [:]
    while !batch.isEmpty || !waiting.isEmpty {
      if batch.count < 4, let next = waiting.popFirst() {
        numbers[try batch.add(all[next].prompt, settings: all[next].settings)] = next
      }
      for token in try batch.step() {
        found[try #require(numbers[token.sequence]), default: []].append(token.token)
      }
    }
    #expect(all.indices.map { found[$0] } == alone)
  }

  @Test func seeds() throws {
    let generator = try TinyGenerator.generator()
    func text(_ seed: UInt64?) throws -> [Int] {
      try TinyGenerator.run(generator, Self.prompt, settings(24) { ($0.temperature, $0.seed) = (2, seed) }).map(\.token)
    }
    #expect(try text(7) == text(7))
    #expect(try text(7) != text(8))
    #expect(try text(nil) != text(nil))
  }

  @Test func stopsAndEnds() throws {
    let generator = try TinyGenerator.generator()
    let free = try TinyGenerator.run(generator, Self.prompt, settings(20))
    let text = free.map(\.text).joined()
    // A stop string over several tokens is not given, and nor is anything behind it.
    let start = text.index(text.startIndex, offsetBy: 5)
    let stop = String(text[start...].prefix(3))
    let stopped = try TinyGenerator.run(generator, Self.prompt, settings(20) { $0.stopStrings = [stop, "nowhere"] })
    let before = text.range(of: stop).map { String(text[..<$0.lowerBound]) }
    #expect(stopped.map(\.text).joined() == before)
    #expect(stopped.last?.finish == .stop)
    // A stop token is not given either.
    let ended = try TinyGenerator.run(generator, Self.prompt, settings(20) { $0.stopTokens = [free[4].token] })
    let first = try #require(free.firstIndex { $0.token == free[4].token })
    #expect(ended.map(\.text).joined() == free[..<first].map(\.text).joined())
    #expect(ended.last?.finish == .stop && ended.last?.token == free[4].token)
    // The model's own end, which a bias brings about.
    var settings = GenerationSettings(maxTokens: 9)
    settings.logitBias = [0: 1000]
    let own = try TinyGenerator.run(generator, Self.prompt, settings)
    #expect(own.count == 1 && own[0].text == "" && own[0].finish == .stop)
  }

  /// Half a character waits for its other half, and is replaced where that never comes.
  @Test func characters() throws {
    let generator = try TinyGenerator.generator()
    let (first, second) = (43, 44)
    #expect(TinyGenerator.tokens[first] == "Ã" && TinyGenerator.tokens[second] == "©")
    let halves = try TinyGenerator.run(generator, Self.prompt, settings(2) { $0.logitBias = [first: 1000] })
    #expect(halves.map(\.text) == ["", "\u{FFFD}\u{FFFD}"])
    let tokenizer = generator.tokenizer
    var decoder = tokenizer.streamingDecoder()
    #expect(try decoder.append(first) == "" && decoder.append(second) == "é")
  }

  /// Tokens without a text, and bytes that are never a character, do not gather without end.
  @Test func whatIsHeldBackIsBounded() throws {
    let tokenizer = try TinyGenerator.tokenizer()
    let (first, second) = (43, 44)
    var decoder = tokenizer.streamingDecoder()
    #expect(try decoder.append(first) == "")
    // The special token and a number that no token has.
    for id in Array(repeating: [0, 99], count: 30).joined() { #expect(try decoder.append(id) == "") }
    #expect(try decoder.append(second) == "é")
    let halves = Array(repeating: first, count: 50) + [second, 1]
    var parts = try halves.map { try decoder.append($0) }
    #expect(parts[..<20].contains { !$0.isEmpty } && parts[20..<50].contains { !$0.isEmpty })
    parts.append(try decoder.finish())
    #expect(try parts.joined() == tokenizer.decode(halves))
  }

  /// Where the length of a text says how its positions turn, a long prompt is read whole, and none from another's.
  @Test func promptsThatTurnByTheirLength() throws {
    let scaling: [String: Any] = [
      "rope_type": "longrope", "factor": 4, "original_max_position_embeddings": 100,
      "short_factor": [1, 1.5, 2, 3], "long_factor": [1.5, 3, 5, 9],
    ]
    let model = try DecoderGolden.model(
      "llama longrope", changing: ["max_position_embeddings": 1024, "rope_parameters": scaling])
    let generator = TextGenerator(model, tokenizer: try TinyGenerator.tokenizer())
    // The second prompt begins with the first, which turned by other numbers.
    let batch = GenerationBatch(generator, limit: 1)
    func first(_ prompt: [Int]) throws -> Float? {
      _ = try batch.add(prompt, settings: settings(1))
      return try batch.step().first?.logProbability
    }
    let long = (0..<600).map { ($0 * 5 + 1) % 48 }
    for prompt in [Array(long.prefix(20)), long] {
      let rows = noGrad { model(Tensor([prompt])).logSoftmax(axis: 2) }[0, prompt.count - 1]
      let found = try #require(try first(prompt))
      #expect(abs(found - rows.max().item(as: Float.self)) < 1e-4)
    }
  }

  @Test func theContextEnds() throws {
    let generator = try TinyGenerator.generator("gpt2")
    let prompt = Array(repeating: 3, count: 60)
    let tokens = try TinyGenerator.run(generator, prompt, settings(1) { $0.maxTokens = nil })
    #expect(tokens.count == 4 && tokens.last?.finish == .length)
  }

  @Test func whatCannotBeIsRefused() throws {
    let generator = try TinyGenerator.generator()
    let batch = GenerationBatch(generator, limit: 1)
    func refusal(_ prompt: [Int], _ change: (inout GenerationSettings) -> Void = { _ in }) -> String {
      do {
        batch.remove(try batch.add(prompt, settings: settings(1, change)))
        return "none"
      } catch { return "\(error)" }
    }
    #expect(refusal([]) == "[model.input] prompt: expected at least one token; found none")
    #expect(refusal([1, 48]) == "[model.input] prompt: expected tokens in 0 ..< 48; found 48")
    #expect(refusal([-1]).contains("found -1"))
    #expect(refusal(Array(repeating: 1, count: 64)).contains("fewer than 64 tokens, the model's context"))
    #expect(
      refusal([1]) { $0.temperature = -1 } == "[model.input] temperature: expected a finite number from 0; found -1.0")
    #expect(refusal([1]) { $0.temperature = .nan }.contains("temperature"))
    #expect(refusal([1]) { $0.topP = 0 }.contains("topP"))
    #expect(refusal([1]) { $0.minP = 1.5 }.contains("minP"))
    #expect(refusal([1]) { $0.typicalP = 2 }.contains("typicalP"))
    #expect(refusal([1]) { $0.topK = 0 }.contains("topK"))
    #expect(refusal([1]) { $0.maxTokens = 0 }.contains("maxTokens"))
    #expect(refusal([1]) { $0.repetitionPenalty = 0 }.contains("repetitionPenalty"))
    #expect(refusal([1]) { $0.frequencyPenalty = .infinity }.contains("frequencyPenalty"))
    #expect(refusal([1]) { $0.logitBias = [99: 1] }.contains("logitBias"))
    #expect(refusal([1]) { $0.stopStrings = [""] }.contains("stopStrings"))
    #expect(refusal([1]) { $0.topLogProbabilities = 1000 }.contains("topLogProbabilities"))
    _ = try batch.add([1], settings: settings(3))
    #expect(refusal([1]).contains("at most 1 texts at a time"))
  }

  /// A folder brings tokenizer, template and the tokens that end a text.
  @Test func aWholeFolder() throws {
    let folder = try DecoderGolden.folder("llama", changing: ["eos_token_id": 9])
    func write(_ name: String, _ bytes: [UInt8]) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: folder(name)))
    }
    try write("tokenizer.json", TinyGenerator.tokenizerFile())
    #expect(try TextGenerator(from: folder.path).endTokens == [9])
    #expect(try TextGenerator(from: folder.path).chatTemplate == nil)
    try write("generation_config.json", Array(#"{"eos_token_id": [0, 5]}"#.utf8))
    let template = "{{ eos_token }}{% for message in messages %}{{ message.content }}{% endfor %}"
    try write("tokenizer_config.json", Array(#"{"eos_token": "<e>", "chat_template": "\#(template)"}"#.utf8))
    let generator = try TextGenerator(from: folder.path + "/")
    #expect(generator.endTokens == [0, 5])
    #expect(try generator.tokens(of: [.user("ab")]) == [0, 1, 2])
    #expect(try TinyGenerator.run(generator, [5, 6], settings(4)).count == 4)
    try write("tokenizer.json", Array("{".utf8))
    #expect(throws: TokenizerError.self) { try TextGenerator(from: folder.path) }
  }

  /// A prompt that goes on from a text before is read from there on, and gets the same tokens.
  @Test func promptsThatBeginAlike() throws {
    let generator = try TinyGenerator.generator()
    let prompt = (0..<30).map { ($0 * 5 + 1) % 48 }
    let batch = GenerationBatch(generator, limit: 2)
    func run(_ prompt: [Int]) throws -> [Int] {
      _ = try batch.add(prompt, settings: settings(5))
      var tokens: [Int] = []
      while !batch.isEmpty { tokens += try batch.step().map(\.token) }
      return tokens
    }
    let first = try run(prompt)
    #expect(try run(prompt) == first)
    let next = prompt + first + [7, 8]
    #expect(try run(next) == TinyGenerator.run(generator, next, settings(5)).map(\.token))
    let other = Array(prompt.prefix(20)) + [40, 41]
    #expect(try run(other) == TinyGenerator.run(generator, other, settings(5)).map(\.token))
  }
}

/// The same asked from tasks.
@Suite struct TextGeneratorTests {
  private func settings(_ count: Int) -> GenerationSettings {
    var settings = GenerationSettings(maxTokens: count)
    settings.ignoresEnd = true
    return settings
  }

  @Test func piecesAndTheWhole() async throws {
    let generator = try TinyGenerator.generator()
    let whole = try await generator.generate("hello", settings(12))
    #expect(whole.tokens.count == 12 && whole.finish == .length && whole.promptTokenCount == 5)
    var text = ""
    for try await piece in generator.stream("hello", settings(12)) {
      #expect(!piece.isEmpty)
      text += piece
    }
    #expect(text == whole.text && "\(whole)" == text)
    let prompt = try generator.tokens(of: "hello")
    #expect(try TinyGenerator.run(generator, prompt, settings(12)).map(\.token) == whole.tokens)
  }

  @Test func conversations() async throws {
    let generator = try TinyGenerator.generator()
    let messages: [ChatMessage] = [.system("x"), .user("hi")]
    #expect(try generator.tokenizer.decode(generator.tokens(of: messages)) == "sx.uhi.a")
    let answer = try await generator.chat(messages, settings(5)).collected()
    let plain = try await generator.generate("sx.uhi.a", settings(5))
    #expect(answer.text == plain.text)
  }

  @Test func aConversationNeedsATemplate() async throws {
    let bare = TextGenerator(try TinyGenerator.model(), tokenizer: try TinyGenerator.tokenizer())
    do {
      _ = try await bare.chat([.user("hi")]).collected()
      Issue.record("there is no template")
    } catch {
      #expect(error is ModelError)
    }
  }

  @Test func manyTasksAtOnce() async throws {
    let generator = try TinyGenerator.generator(limit: 3)
    var alone: [[Int]] = []
    for index in 0..<8 { alone.append(try await generator.generate("text \(index)", settings(6 + index)).tokens) }
    let together = try await withThrowingTaskGroup(of: (Int, [Int]).self) { group in
      for index in 0..<8 {
        group.addTask { (index, try await generator.generate("text \(index)", settings(6 + index)).tokens) }
      }
      var found = [[Int]](repeating: [], count: 8)
      for try await (index, tokens) in group { found[index] = tokens }
      return found
    }
    #expect(together == alone)
  }

  /// A task that is cancelled, or stops listening, ends its text; others go on.
  @Test func cancellation() async throws {
    let generator = try TinyGenerator.generator(limit: 1)
    let task = Task { try await generator.generate("abc", settings(59)) }
    task.cancel()
    let cut = try await task.value
    #expect(cut.tokens.count < 59)
    for try await _ in generator.stream("abc", settings(59)) { break }
    #expect(try await generator.generate("abc", settings(4)).tokens.count == 4)
  }

  /// A stream outlives the generator that it came from.
  @Test func aGeneratorThatIsGone() async throws {
    let stream = try TinyGenerator.generator().stream("abc", settings(5))
    #expect(try await stream.collected().tokens.count == 5)
    #expect(try await stream.collected().tokens.count == 5)
  }

  @Test func failuresReachWhoAsked() async throws {
    let generator = try TinyGenerator.generator()
    await #expect(throws: ModelError.self) { try await generator.generate("", settings(3)) }
    var wrong = settings(3)
    wrong.topP = 7
    await #expect(throws: ModelError.self) { try await generator.generate("a", wrong) }
    #expect(try await generator.generate("a", settings(3)).tokens.count == 3)
  }
}
