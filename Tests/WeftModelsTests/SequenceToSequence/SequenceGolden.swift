import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// What Goldens/make_sequence_to_sequence.py wrote, and the models that it speaks of.
struct SequenceGolden: Decodable {
  let source, mask, labels: [[Int]]
  let cases: [String: Case]
  let whisper: Whisper
  let features: [Features]

  struct Case: Decodable {
    let shapes: [String: [Int]]
    let spread: Double
    let logits, encoder, cached: [Double]
    let states: [[Double]]
    let loss: Double
    let gradients: [String: [Double]]
    let generated: [[Int]]
    let rules: Rules
    let ruled: [Int]
  }

  struct Rules: Codable {
    let suppress_tokens, begin_suppress_tokens: [Int]
  }

  struct Whisper: Decodable {
    let shapes: [String: [Int]]
    let spread: Double
    let logits, encoder, cached: [Double]
    let states: [[Double]]
    let loss: Double
    let gradients: [String: [Double]]
    let generated, translated: [Int]
    let heard: Int
    let timed, long: [Segment]
    /// Of a text: what it compresses to, its tokens' mean log-probability, and that of silence.
    let worth: [String: Double]
  }

  struct Segment: Decodable {
    let start, end: Double
    let tokens: [Int]
  }

  struct Features: Decodable {
    let bands, count: Int
    let seconds, mean: Double
    let places: [Int]
    let columns: [[Double]]
  }

  static let path = DecoderGolden.path + "/sequence_to_sequence.json"

  static func shared() throws -> SequenceGolden { try JSONDecoder().decode(SequenceGolden.self, from: data()) }

  private static func data() throws -> Data { try #require(FileManager.default.contents(atPath: path)) }

  private static func root() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data()) as? [String: Any])
  }

  /// A folder with a case's model, and the tokenizer of letters.
  static func folder(_ name: String) throws -> FolderCopy {
    let golden = try shared()
    let cases = try root()["cases"] as? [String: [String: Any]]
    let settings = try #require(cases?[name]?["config"] as? [String: Any])
    let own = try #require(golden.cases[name])
    let folder = try made(settings, own.shapes, own.spread)
    try folder.write(Data(TinyGenerator.tokenizerFile()), to: "tokenizer.json")
    return folder
  }

  /// A folder with the recognizer, its tokenizer, and what says how it hears and writes.
  static func whisperFolder() throws -> FolderCopy {
    let golden = try shared().whisper
    let all = try #require(try root()["whisper"] as? [String: Any])
    let folder = try made(try #require(all["config"] as? [String: Any]), golden.shapes, golden.spread)
    try folder.write(
      try JSONSerialization.data(withJSONObject: try #require(all["generation"])), to: "generation_config.json")
    try folder.write(#"{"feature_size": 20, "chunk_length": 1}"#, to: "preprocessor_config.json")
    try folder.write(try whisperTokenizer(), to: "tokenizer.json")
    return folder
  }

  private static func made(_ settings: [String: Any], _ shapes: [String: [Int]], _ spread: Double) throws -> FolderCopy
  {
    let room = try TemporaryFolder()
    let folder = try withExtendedLifetime(room) { try FolderCopy(room.path) }
    try folder.write(try JSONSerialization.data(withJSONObject: settings), to: "config.json")
    let tensors = shapes.sorted { $0.key < $1.key }.map { name, shape in
      (name, DecoderGolden.weights(name, Shape(shape), spread: spread))
    }
    try SafeTensors(tensors).write(to: folder.path + "/model.safetensors")
    return folder
  }

  /// Letters, and the tokens by which the model is told what to write.
  private static func whisperTokenizer() throws -> Data {
    let names = ["endoftext", "startoftranscript", "en", "de", "fr", "translate", "transcribe"]
    let special = names + ["startoflm", "startofprev", "nospeech", "other", "notimestamps"]
    let times = (0...50).map { String(format: "%.2f", Double($0) / 50) }
    let added = (special + times).enumerated().map { place, name -> [String: Any] in
      [
        "id": 40 + place, "content": "<|\(name)|>", "special": place < special.count, "single_word": false,
        "lstrip": false, "rstrip": false, "normalized": false,
      ]
    }
    let bytes: [String: Any] = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false,
    ]
    let letters = Array(TinyGenerator.tokens[1...40])
    let vocabulary = Dictionary(uniqueKeysWithValues: letters.enumerated().map { ($1, $0) })
    let model: [String: Any] = ["type": "BPE", "vocab": vocabulary, "merges": [String]()]
    let root: [String: Any] = [
      "version": "1.0", "pre_tokenizer": bytes, "decoder": bytes, "added_tokens": added, "model": model,
    ]
    return try JSONSerialization.data(withJSONObject: root)
  }

  /// The sound of so many seconds that the script computes too.
  static func sound(_ seconds: Double) throws -> Sound {
    let count = Int(seconds * 16_000)
    let wave = (0..<count).map { place -> Float in
      let t = Double(place) / 16_000
      let tones = 0.3 * sin(2 * .pi * 220 * t * (1 + 0.05 * t)) + 0.2 * sin(2 * .pi * 1500 * t)
      return Float(tones * (0.5 + 0.5 * sin(2 * .pi * 1.3 * t)) + 0.02 * DecoderGolden.mixed(7, place))
    }
    return try Sound(channels: [wave], sampleRate: 16_000)
  }
}

/// The largest difference of numbers, over the largest expected one where that is above 1.
func relativeDeviation(_ numbers: Tensor, _ expected: [Double]) -> Double {
  deviation(numbers, expected) / max(1, expected.reduce(0) { max($0, abs($1)) })
}
