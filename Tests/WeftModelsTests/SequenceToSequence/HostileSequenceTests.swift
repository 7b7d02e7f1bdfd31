import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// Folders of T5 and Whisper that are incomplete, wrong or hostile: each gives an error, and none a trap or a great
/// allocation.
@Suite struct HostileSequenceTests {
  private func message(_ path: String, _ open: (String) throws -> Void) -> String {
    do {
      try open(path)
      return "no error"
    } catch {
      return "\(error)".replacing(path, with: "FOLDER")
    }
  }

  private func open(_ path: String) throws { _ = try TextToTextGenerator(from: path) }

  private func listen(_ path: String) throws {
    let recognizer = try SpeechRecognizer(from: path)
    var settings = TranscriptionSettings(hasTimestamps: true)
    settings.generation.maxTokens = 4
    _ = try recognizer.transcribe(try SequenceGolden.sound(0.1), settings)
  }

  /// Each setting as another kind of value: an error or none, but no trap.
  @Test(
    arguments: ["t5", "t5 gated", "whisper"],
    ["config.json", "generation_config.json", "preprocessor_config.json"])
  func settingsOfOtherKindsDoNoHarm(_ name: String, _ file: String) throws {
    let folder = try name == "whisper" ? SequenceGolden.whisperFolder() : SequenceGolden.folder(name)
    guard let whole = try? folder.data(file) else { return }
    let settings = try #require(try JSONSerialization.jsonObject(with: whole) as? [String: Any])
    let extractor = ["hop_length": 160, "n_fft": 400, "sampling_rate": 16_000, "dither": 0]
    for key in Set(settings.keys).union(file.hasPrefix("pre") ? Set(extractor.keys) : []).sorted() {
      for value in [0, -1, 1, 1 << 62, 0.5, "x", [1], [-1, 1 << 40], ["a": 1 << 40]] as [Any] {
        try folder.set([key: value], in: file)
        _ = message(folder.path) { path in
          if name == "whisper" { return try listen(path) }
          let generator = try TextToTextGenerator(from: path)
          let batch = GenerationBatch(generator, limit: 1)
          _ = try batch.add(following: "abc", of: generator, settings: GenerationSettings(maxTokens: 2))
          while !batch.isEmpty { _ = try batch.step() }
        }
        try folder.write(whole, to: file)
      }
    }
  }

  @Test func settingsThatAreWrongAreNamed() throws {
    let cases: [([String: Any?], String)] = [
      (
        ["model_type": "whisper"],
        "[model.unsupported] FOLDER/config.json: model_type: expected a model that reads texts, as t5; found one that "
          + "reads sounds; `SpeechRecognizer`, or `weft transcribe`, has it write what is said"
      ),
      (
        ["model_type": "bart"],
        "[model.unsupported] FOLDER/config.json: model_type: expected one of t5, mt5, whisper; found \"bart\""
      ),
      (
        ["relative_attention_max_distance": 4],
        "[model.bad-value] FOLDER/config.json: relative_attention_max_distance: expected more than half the 8 buckets; "
          + "found 4"
      ),
      (
        ["decoder_start_token_id": 48],
        "[model.bad-value] FOLDER/config.json: decoder_start_token_id: expected a whole number from 0 to 47; found the "
          + "number 48"
      ),
    ]
    for (changes, wanted) in cases {
      let folder = try SequenceGolden.folder("t5")
      try folder.set(changes)
      #expect(message(folder.path, open) == wanted)
    }
    let folder = try SequenceGolden.folder("t5")
    try folder.set(["num_decoder_layers": 3])
    #expect(message(folder.path, open).contains("decoder.block.2.layer.0.SelfAttention.q.weight"))
    let heard = message(folder.path, listen)
    #expect(heard.contains("expected a model that reads sounds: whisper; found one that reads texts"))
  }

  @Test func soundsSettingsThatAreWrongAreNamed() throws {
    let cases: [([String: Any?], String, String)] = [
      (
        ["feature_size": 21], "preprocessor_config.json",
        "[model.bad-value] FOLDER/preprocessor_config.json: feature_size: expected the model's 20 bands; found 21"
      ),
      (
        ["chunk_length": 2], "preprocessor_config.json",
        "[model.bad-value] FOLDER/preprocessor_config.json: chunk_length: expected windows of 100 pieces, twice the "
          + "model's max_source_positions; found 200"
      ),
      (
        ["sampling_rate": 1_000_000, "chunk_length": 600], "preprocessor_config.json",
        "[model.bad-value] FOLDER/preprocessor_config.json: chunk_length: expected a window of more than 400 and at most "
          + "67108864 numbers; found 600000000"
      ),
      (
        ["dither": 0.1], "preprocessor_config.json",
        "[model.unsupported] FOLDER/preprocessor_config.json: dither: expected 0, sound without noise added to it; found "
          + "the number 0.1"
      ),
      (
        ["suppress_tokens": [1, 103]], "generation_config.json",
        "[model.bad-value] FOLDER/generation_config.json: suppress_tokens: expected tokens in 0 ..< 103; found 103"
      ),
      (
        ["lang_to_id": ["<|en|>": 200]], "generation_config.json",
        "[model.bad-value] FOLDER/generation_config.json: lang_to_id.<|en|>: expected a whole number from 0 to 102; found "
          + "the number 200"
      ),
      (
        ["decoder_attention_heads": 3], "config.json",
        "[model.bad-value] FOLDER/config.json: decoder_attention_heads: expected heads that divide the 16 of d_model; "
          + "found 3"
      ),
    ]
    for (changes, file, wanted) in cases {
      let folder = try SequenceGolden.whisperFolder()
      try folder.set(changes, in: file)
      #expect(message(folder.path, listen) == wanted)
    }
  }

  /// Newer folders have the extractor's settings in a part of another file; where there are none, the model's own hold.
  @Test func otherPlacesOfTheExtractor() throws {
    let folder = try SequenceGolden.whisperFolder()
    try folder.remove("preprocessor_config.json")
    #expect(message(folder.path, listen).contains("expected windows of 100 pieces"))
    try folder.write(#"{"feature_extractor": {"feature_size": 20, "chunk_length": 1}}"#, to: "processor_config.json")
    #expect(message(folder.path, listen) == "no error")
  }
}
