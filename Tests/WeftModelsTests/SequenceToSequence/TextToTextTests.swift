import Foundation
import TestSupport
import Testing
import Weft
import WeftModels
import WeftText

/// Texts that T5 writes of texts, token for token those of transformers (Goldens/make_sequence_to_sequence.py).
@Suite struct TextToTextTests {
  private func generator(_ name: String, limit: Int = 16) throws -> TextToTextGenerator {
    let folder = try SequenceGolden.folder(name)
    return try withExtendedLifetime(folder) { try TextToTextGenerator(from: folder.path, limit: limit) }
  }

  /// The texts of the golden sources.
  private func texts(_ generator: TextToTextGenerator) throws -> [String] {
    try SequenceGolden.shared().source.map { tokens in
      try generator.tokenizer.decode(tokens.filter { $0 != 0 }, skipsSpecialTokens: false)
    }
  }

  @Test(arguments: SequenceToSequenceTests.texts) func greedyTokens(_ name: String) async throws {
    let golden = try #require(try SequenceGolden.shared().cases[name])
    let generator = try generator(name)
    #expect(generator.endTokens == [1])
    let settings = GenerationSettings(maxTokens: 16)
    for (text, tokens) in zip(try texts(generator), golden.generated) {
      let written = try await generator.generate(text, settings)
      #expect(written.tokens == tokens && written.promptTokenCount == text.count)
      #expect(written.finish == (tokens.last == 1 ? .stop : .length))
    }
    // Both at once, on the caller's thread.
    let batch = GenerationBatch(generator, limit: 2)
    for text in try texts(generator) { _ = try batch.add(following: text, of: generator, settings: settings) }
    var found: [[Int]] = [[], []]
    while !batch.isEmpty { for token in try batch.step() { found[token.sequence].append(token.token) } }
    #expect(found == golden.generated)
  }

  /// Rules of the caller, and the same from the folder's generation_config.json.
  @Test(arguments: SequenceToSequenceTests.texts) func rules(_ name: String) async throws {
    let golden = try #require(try SequenceGolden.shared().cases[name])
    let plain = try generator(name)
    let text = try texts(plain)[0]
    var settings = GenerationSettings(maxTokens: 8)
    settings.rules.suppressed = Set(golden.rules.suppress_tokens)
    settings.rules.suppressedFirst = Set(golden.rules.begin_suppress_tokens)
    #expect(try await plain.generate(text, settings).tokens == golden.ruled)
    let folder = try SequenceGolden.folder(name)
    try folder.write(try JSONEncoder().encode(golden.rules), to: "generation_config.json")
    try folder.set(["eos_token_id": 1], in: "generation_config.json")
    let ruled = try TextToTextGenerator(from: folder.path)
    #expect(try await ruled.generate(text, GenerationSettings(maxTokens: 8)).tokens == golden.ruled)
    try folder.set(["forced_bos_token_id": 17], in: "generation_config.json")
    let forced = try TextToTextGenerator(from: folder.path)
    #expect(try await forced.generate(text, GenerationSettings(maxTokens: 8)).tokens.first == 17)
  }

  /// Nothing follows nothing.
  @Test func aTextWithoutASourceIsRefused() throws {
    let generator = try generator("t5")
    let batch = GenerationBatch(generator, limit: 1)
    let error = #expect(throws: ModelError.self) { try batch.add([0], settings: GenerationSettings(maxTokens: 2)) }
    #expect("\(try #require(error))".contains("expected a text to read, as the model writes what follows one"))
    #expect(batch.isEmpty)
    _ = try batch.add(following: [5, 9, 1], of: generator, settings: GenerationSettings(maxTokens: 2))
    #expect(try batch.step().count == 1)
  }

  @Test func manyTasksAtOnce() async throws {
    let generator = try generator("t5 gated", limit: 3)
    func settings(_ index: Int) -> GenerationSettings {
      GenerationSettings(maxTokens: 4 + index, temperature: 1, seed: 5)
    }
    var alone: [String] = []
    for index in 0..<6 { alone.append(try await generator.generate("text \(index)", settings(index)).text) }
    let together = try await withThrowingTaskGroup(of: (Int, String).self) { group in
      for index in 0..<6 {
        group.addTask { (index, try await generator.generate("text \(index)", settings(index)).text) }
      }
      var found = [String](repeating: "", count: 6)
      for try await (index, text) in group { found[index] = text }
      return found
    }
    #expect(together == alone)
    var pieces = ""
    for try await piece in generator.stream("text 5", settings(5)) { pieces += piece }
    #expect(pieces == alone[5])
  }

  @Test func whatCannotBeIsRefused() async throws {
    let generator = try generator("t5")
    func refusal(_ text: String, _ change: (inout GenerationSettings) -> Void = { _ in }) async -> String {
      var settings = GenerationSettings(maxTokens: 2)
      change(&settings)
      do {
        _ = try await generator.generate(text, settings)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(await refusal("a") == "none")
    #expect(await refusal("") == "[model.input] text: expected 1 to 4096 tokens; found 0")
    let long = await refusal(String(repeating: "a", count: 32_769))
    #expect(long == "[model.input] text: expected 1 to 4096 tokens; found 32769")
    let rule = await refusal("a") { $0.rules.forced = [0: 48] }
    #expect(rule == "[model.input] rules: expected tokens in 0 ..< 48; found 48")
  }
}
