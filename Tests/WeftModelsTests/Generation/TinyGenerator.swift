import Foundation
import TestSupport
import Testing
import Weft
import WeftModels
import WeftText

/// A generator over 48 tokens, most of them one letter, with the weights of a case of the goldens.
enum TinyGenerator {
  /// The tokens: an end, letters, and the two bytes of é apart.
  static let tokens =
    ["<e>"] + "abcdefghijklmnopqrstuvwxyz".map(String.init) + "0123456789".map(String.init)
    + ["\u{120}", ".", ",", "!", "?", "-", "Ã", "©", "A", "B", "C"]

  static func tokenizer() throws -> Tokenizer {
    let vocabulary = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
    let bytes: [String: Any] = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
    ]
    let end: [String: Any] = [
      "id": 0, "content": "<e>", "special": true, "single_word": false, "lstrip": false, "rstrip": false,
      "normalized": false,
    ]
    let model: [String: Any] = ["type": "BPE", "vocab": vocabulary, "merges": [String]()]
    let root: [String: Any] = [
      "version": "1.0", "pre_tokenizer": bytes, "decoder": bytes, "added_tokens": [end], "model": model,
    ]
    return try Tokenizer(json: Array(try JSONSerialization.data(withJSONObject: root)))
  }

  static func model(_ name: String = "llama") throws -> CausalLanguageModel {
    try DecoderGolden.model(name)
  }

  static func generator(_ name: String = "llama", limit: Int = 16) throws -> TextGenerator {
    let template = try ChatTemplate(
      "{% for message in messages %}{{ message.role[0] }}{{ message.content }}.{% endfor %}"
        + "{% if add_generation_prompt %}a{% endif %}")
    return TextGenerator(
      try model(name), tokenizer: try tokenizer(), chatTemplate: template, endTokens: [0], limit: limit)
  }

  /// All tokens that a batch gives to one prompt.
  static func run(
    _ generator: TextGenerator, _ prompt: [Int], _ settings: GenerationSettings
  ) throws -> [GeneratedToken] {
    let batch = GenerationBatch(generator, limit: 1)
    _ = try batch.add(prompt, settings: settings)
    var tokens: [GeneratedToken] = []
    while !batch.isEmpty { tokens += try batch.step() }
    return tokens
  }
}
