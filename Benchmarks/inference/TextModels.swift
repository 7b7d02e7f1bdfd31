import Foundation
import Weft
import WeftModels

/// A language model that reads the beginning of a text and writes on, taking the likeliest token each time: what
/// `llama.py` does with llama.cpp.
struct WritingCase {
  /// - Parameters:
  ///   - words: The file of the model, the text's file, how many tokens are read, and how many written.
  ///   - weights: `blocks` for a GGUF file's as they are; else numbers.
  /// - Returns: A JSON line for each round.
  static func lines(_ words: [String], rounds: Int, weights: String) throws -> [String] {
    let generator = try TextGenerator(from: words[0], keepsBlocks: weights == "blocks")
    let text = try String(contentsOfFile: words[1], encoding: .utf8)
    let prompt = Array(try generator.tokens(of: text).prefix(Int(words[2]) ?? 1))
    var settings = GenerationSettings(maxTokens: Int(words[3]) ?? 1)
    settings.ignoresEnd = true
    return try (0..<rounds).map { _ in
      // A batch of its own: nothing of the text is known from the round before.
      let batch = GenerationBatch(generator, limit: 1, promptCacheBytes: 0)
      let clock = ContinuousClock()
      let start = clock.now
      _ = try batch.add(prompt, settings: settings)
      var tokens = try batch.step().map(\.token)
      let first = clock.now
      while !batch.isEmpty { tokens += try batch.step().map(\.token) }
      let (reading, writing) = ((first - start) / .seconds(1), (clock.now - first) / .seconds(1))
      return "{\"peer\": \"weft\", \"read\": \(prompt.count), \"sum\": \(prompt.reduce(0, +)), "
        + "\"read_per_s\": \(Double(prompt.count) / reading), "
        + "\"written_per_s\": \(Double(tokens.count - 1) / writing), \"tokens\": \(tokens)}"
    }
  }

  /// What takes the time of writing.
  static func profile(_ words: [String], weights: String) throws -> String {
    let generator = try TextGenerator(from: words[0], keepsBlocks: weights == "blocks")
    let text = try String(contentsOfFile: words[1], encoding: .utf8)
    var settings = GenerationSettings(maxTokens: Int(words[3]) ?? 1)
    settings.ignoresEnd = true
    let batch = GenerationBatch(generator, limit: 1, promptCacheBytes: 0)
    _ = try batch.add(Array(try generator.tokens(of: text).prefix(Int(words[2]) ?? 1)), settings: settings)
    _ = try batch.step()
    return "\(try Weft.profile { while !batch.isEmpty { _ = try batch.step() } })"
  }
}

/// An embedder of a folder and texts of one length: what `sentences.py` does with sentence-transformers and with ONNX
/// Runtime. Tokens, layers, pooling and the vectors' length are in the time.
struct EmbeddingCase {
  /// - Parameters:
  ///   - words: The folder, then `TOKENS:TEXTS` for each measurement.
  ///   - weights: `int8` for weights and inputs in 8 bits; else float32.
  static func lines(_ words: [String], seconds: Double, weights: String) throws -> [String] {
    let embedder = try TextEmbedder(from: words[0], maxLength: 512)
    if weights == "int8" { try embedder.model.quantized(.int8Dynamic) }
    return try words.dropFirst().map { word in
      let sizes = word.split(separator: ":").compactMap { Int($0) }
      let texts = Self.texts(tokens: sizes[0], count: sizes[1])
      guard try embedder.tokenize(texts).allSatisfy({ $0.count == sizes[0] }) else {
        throw CocoaError(.formatting)
      }
      let first = try embedder.embed(texts)[0].scalars(as: Float.self).prefix(64)
      let times = try measuredTimes(seconds: seconds) { _ = try embedder.embed(texts).scalars(as: Float.self) }
      return "{\"peer\": \"weft\", \"case\": \"\(word)\", \"median_ms\": \(times[times.count / 2]), "
        + "\"min_ms\": \(times[0]), \"steps\": \(times.count), \"results\": \(Array(first))}"
    }
  }

  /// Texts of so many tokens, the first and the last among them; `sentences.py` makes the same.
  private static func texts(tokens: Int, count: Int) -> [String] {
    let words = ["the", "old", "house", "by", "water", "was", "sold", "to", "a", "young", "man"]
    return (0..<count).map { number in
      (0..<(tokens - 2)).map { words[($0 * 7 + number * 3 + $0 * $0) % words.count] }.joined(separator: " ")
    }
  }
}
