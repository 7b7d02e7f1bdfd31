import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// What Whisper hears and writes, against transformers (Goldens/make_sequence_to_sequence.py).
@Suite struct SpeechTests {
  private func recognizer() throws -> SpeechRecognizer {
    let folder = try SequenceGolden.whisperFolder()
    return try withExtendedLifetime(folder) { try SpeechRecognizer(from: folder.path) }
  }

  /// Without times, 14 tokens a window.
  private func settings(_ language: String?, _ task: SpeechTask? = nil) -> TranscriptionSettings {
    var settings = TranscriptionSettings(language: language, task: task)
    settings.generation.maxTokens = 14
    settings.generation.rules.suppressed = Set(52..<103)
    return settings
  }

  /// Features of the real sizes, of 80 and of 128 bands, of a sound shorter and of one longer than a window. Logarithms
  /// of sums of float32 in another order: where a band has next to nothing, rounding shows.
  @Test(arguments: 0..<3) func features(_ place: Int) throws {
    let golden = try SequenceGolden.shared().features[place]
    let folder = try SequenceGolden.whisperFolder()
    try folder.write(#"{"feature_size": \#(golden.bands)}"#, to: "preprocessor_config.json")
    let all = try folder.resized(bands: golden.bands, positions: 1500)
    let recognizer = try SpeechRecognizer(from: all.path)
    let features = try recognizer.features(of: try SequenceGolden.sound(golden.seconds))
    #expect(features.shape == [golden.bands, golden.count])
    for (column, numbers) in zip(golden.places, golden.columns) {
      #expect(deviation(features.transposed()[column], numbers) < 1e-4, "column \(column)")
    }
    #expect(abs(features.mean().item(as: Double.self) - golden.mean) < 1e-5)
  }

  @Test func greedyTokens() throws {
    let golden = try SequenceGolden.shared().whisper
    let (recognizer, sound) = (try recognizer(), try SequenceGolden.sound(0.7))
    let said = try recognizer.transcribe(sound, settings("de"))
    #expect(said.segments.map(\.tokens) == [golden.generated] && said.language == "de")
    #expect(said.text == "eeaw" + "aaam" + "axwamx" && "\(said)" == said.text)
    #expect(said.segments.map(\.start) == [0] && said.segments.map(\.end) == [1])
    let english = try recognizer.transcribe(sound, settings("<|fr|>", .translate))
    #expect(english.segments.map(\.tokens) == [golden.translated])
    // The language that is heard is that of the likeliest token.
    let heard = try recognizer.transcribe(sound, settings(nil))
    #expect(heard.language == ["en", "de", "fr"][golden.heard - 42])
    let told = try recognizer.transcribe(sound, settings(heard.language))
    #expect(told.segments == heard.segments)
  }

  @Test func segmentsWithTimes() throws {
    let golden = try SequenceGolden.shared().whisper
    let recognizer = try recognizer()
    var settings = TranscriptionSettings(language: "de", hasTimestamps: true)
    settings.generation.maxTokens = 14
    for (seconds, segments) in [(0.7, golden.timed), (2.9, golden.long)] {
      var given: [TranscriptSegment] = []
      let said = try recognizer.transcribe(try SequenceGolden.sound(seconds), settings) { given.append($0) }
      #expect(given == said.segments && said.segments.map(\.tokens) == segments.map(\.tokens))
      for (own, expected) in zip(said.segments, segments) {
        #expect(abs(own.start - expected.start) < 1e-9 && abs(own.end - expected.end) < 1e-9)
      }
      #expect(said.segments.allSatisfy { !$0.text.contains("<|") })
    }
  }

  @Test func aTextIsWorthWhatTransformersSays() throws {
    let golden = try SequenceGolden.shared().whisper.worth
    var settings = TranscriptionSettings(language: "de", hasTimestamps: true)
    settings.generation.maxTokens = 14
    var fallback = SpeechFallback()
    (fallback.leastLogProbability, fallback.mostCompression, fallback.leastSilence) = (-100, 100, 0.9)
    settings.fallback = fallback
    let said = try recognizer().transcribe(try SequenceGolden.sound(0.7), settings)
    // The script tells of the last window.
    let segment = try #require(said.segments.last)
    #expect(abs(segment.logProbability - (try #require(golden["logProbability"]))) < 1e-4)
    #expect(abs(segment.compression - (try #require(golden["compression"]))) < 1e-9)
    #expect(abs(segment.silence - (try #require(golden["silence"]))) < 1e-5)
    #expect(said.segments.map(\.tokens) == (try SequenceGolden.shared().whisper.timed.map(\.tokens)))
  }

  @Test func poorTextsAreWrittenAnew() throws {
    let (recognizer, sound) = (try recognizer(), try SequenceGolden.sound(2.25))
    var settings = settings("de")
    settings.generation.seed = 3
    func temperatures(_ change: (inout SpeechFallback) -> Void) throws -> [Double] {
      var fallback = SpeechFallback()
      change(&fallback)
      settings.fallback = fallback
      return try recognizer.transcribe(sound, settings).segments.map(\.temperature)
    }
    #expect(try temperatures { $0.leastLogProbability = -100 } == [0, 0, 0])
    #expect(try temperatures { ($0.leastLogProbability, $0.temperatures) = (0, [0, 0.5, 2]) } == [2, 2, 2])
    #expect(try temperatures { ($0.mostCompression, $0.temperatures) = (0, [0, 0.5]) } == [0.5, 0.5, 0.5])
    // Silence counts only where the text is improbable too.
    #expect(try temperatures { ($0.leastLogProbability, $0.leastSilence) = (0, 0) } == [])
    #expect(try temperatures { ($0.leastLogProbability, $0.leastSilence) = (-100, 0) } == [0, 0, 0])
  }

  @Test func languagesHaveNames() throws {
    let (recognizer, sound) = (try recognizer(), try SequenceGolden.sound(0.7))
    let said = try recognizer.transcribe(sound, settings("German"))
    #expect(said.language == "de" && said.languageName == "german")
    #expect(said.segments.map(\.tokens) == [try SequenceGolden.shared().whisper.generated])
    #expect(throws: ModelError.self) { try recognizer.transcribe(sound, settings("cantonese")) }
    #expect(Transcript(text: "", segments: [], language: "ht").languageName == "haitian creole")
    #expect(Transcript(text: "", segments: [], language: "xx").languageName == "xx")
  }

  /// What generation_config.json asks for holds where nobody asks for another.
  @Test func foldersSayLanguageAndTask() throws {
    let (folder, golden) = (try SequenceGolden.whisperFolder(), try SequenceGolden.shared().whisper)
    try folder.set(["language": "<|fr|>", "task": "translate"], in: "generation_config.json")
    let (recognizer, sound) = (try SpeechRecognizer(from: folder.path), try SequenceGolden.sound(0.7))
    #expect(try recognizer.transcribe(sound, settings(nil)).segments.map(\.tokens) == [golden.translated])
    #expect(try recognizer.transcribe(sound, settings("de", .transcribe)).segments.map(\.tokens) == [golden.generated])
  }

  @Test func textsEndWhereTheyAreToldTo() throws {
    var settings = settings("de")
    settings.generation.stopStrings = ["aaa"]
    let said = try recognizer().transcribe(try SequenceGolden.sound(0.7), settings)
    #expect(said.text == "eeaw" && said.segments.map(\.text) == ["eeaw"])
  }

  /// Without times a longer sound is cut at the windows' ends.
  @Test func windowAfterWindow() throws {
    let (recognizer, sound) = (try recognizer(), try SequenceGolden.sound(2.25))
    let said = try recognizer.transcribe(sound, settings("en"))
    #expect(said.segments.map(\.start) == [0, 1, 2] && said.segments.map(\.end) == [1, 2, 2.24])
    #expect(said.text == said.segments.map(\.text).joined())
  }

  @Test func streaming() async throws {
    let (recognizer, sound) = (try recognizer(), try SequenceGolden.sound(2.25))
    let whole = try recognizer.transcribe(sound, settings("en"))
    var segments: [TranscriptSegment] = []
    for try await segment in recognizer.stream(sound, settings("en")) { segments.append(segment) }
    #expect(segments == whole.segments)
    do {
      for try await _ in recognizer.stream(sound, settings("xx")) { Issue.record("there is no such language") }
    } catch { #expect(error is ModelError) }
  }

  /// The same seed draws the same tokens, and rules hold for drawn ones too.
  @Test func sampledTokens() throws {
    let (recognizer, sound) = (try recognizer(), try SequenceGolden.sound(0.7))
    func drawn(_ seed: UInt64) throws -> [Int] {
      var settings = settings("en")
      (settings.generation.temperature, settings.generation.seed) = (3, seed)
      return try recognizer.transcribe(sound, settings).segments.flatMap(\.tokens)
    }
    #expect(try drawn(1) == drawn(1))
    #expect(try drawn(1) != drawn(2))
    let suppressed = Set([3, 7] + (41...50))
    #expect(try (1..<9).allSatisfy { suppressed.isDisjoint(with: try drawn($0)) })
  }

  @Test func soundsOfOtherRatesAndChannels() throws {
    let (recognizer, sound) = (try recognizer(), try SequenceGolden.sound(0.7))
    let doubled = sound.resampled(to: 32_000).channels[0]
    let stereo = try Sound(channels: [doubled.map { $0 * 2 }, doubled.map { $0 * 0 }], sampleRate: 32_000)
    let (plain, other) = (try recognizer.features(of: sound), try recognizer.features(of: stereo))
    #expect(plain.shape == other.shape && (plain - other).abs().mean().item() < 0.02)
    let folder = try TemporaryFolder()
    try Data(sound.wav(.float(bits: 32))).write(to: URL(fileURLWithPath: folder("a.wav")))
    let said = try recognizer.transcribe(wav: folder("a.wav"), settings("de"))
    #expect(said == (try recognizer.transcribe(sound, settings("de"))))
    #expect(throws: DataFileError.self) { try recognizer.transcribe(wav: folder("b.wav")) }
    let nothing = try Sound(channels: [[]], sampleRate: 8000)
    #expect(try recognizer.transcribe(nothing, settings("de")).segments.count == 1)
  }

  @Test func whatCannotBeIsRefused() throws {
    let (recognizer, sound) = (try recognizer(), try SequenceGolden.sound(0.2))
    func refusal(_ settings: TranscriptionSettings) -> String {
      do {
        _ = try recognizer.transcribe(sound, settings)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(refusal(settings("xx")) == #"[model.input] language: expected one of de, en, fr; found "xx""#)
    var hot = settings("de")
    hot.generation.temperature = -1
    #expect(refusal(hot).contains("temperature"))
    hot = settings("de")
    hot.generation.rules.suppressed = [103]
    #expect(refusal(hot) == "[model.input] rules: expected tokens in 0 ..< 103; found 103")
  }

  /// What tells classes of sounds, or has no head, does not write.
  @Test func headsThatWriteAreTold() throws {
    let folder = try SequenceGolden.whisperFolder()
    #expect(SpeechRecognizer.canOpen(folder.path))
    for (name, writes) in [
      ("WhisperForConditionalGeneration", true), ("WhisperForAudioClassification", false), ("WhisperModel", false),
    ] {
      try folder.set(["architectures": [name]], in: "config.json")
      #expect(SpeechRecognizer.canOpen(folder.path) == writes)
      if writes { continue }
      let error = #expect(throws: ModelError.self) { try SpeechRecognizer(from: folder.path) }
      #expect("\(try #require(error))".contains("expected a model that writes: WhisperForConditionalGeneration"))
    }
  }

  /// A model of English alone is told neither language nor task, and one without times writes none.
  @Test func modelsOfOneLanguage() throws {
    let folder = try SequenceGolden.whisperFolder()
    try folder.set(["is_multilingual": false], in: "generation_config.json")
    let recognizer = try SpeechRecognizer(from: folder.path)
    let sound = try SequenceGolden.sound(0.2)
    #expect(recognizer.languages.isEmpty)
    #expect(try recognizer.transcribe(sound, settings(nil)).language == nil)
    #expect(throws: ModelError.self) { try recognizer.transcribe(sound, settings("en")) }
    #expect(throws: ModelError.self) { try recognizer.transcribe(sound, settings(nil, .translate)) }
    try folder.set(["no_timestamps_token_id": nil], in: "generation_config.json")
    #expect(try SpeechRecognizer(from: folder.path).transcribe(sound, settings(nil)).segments.count == 1)
    // Without generation_config.json the tokenizer says what languages there are.
    try folder.remove("generation_config.json")
    #expect(try SpeechRecognizer(from: folder.path).languages == ["de", "en", "fr"])
  }
}

extension FolderCopy {
  /// A Whisper folder whose sound has other sizes.
  fileprivate func resized(bands: Int, positions: Int) throws -> FolderCopy {
    try set(["num_mel_bins": bands, "max_source_positions": positions])
    let shapes: [String: Shape] = [
      "model.encoder.conv1.weight": [16, bands, 3], "model.encoder.embed_positions.weight": [positions, 16],
    ]
    let tensors = try TensorFile(path).tensors().map { name, tensor in
      (name, shapes[name].map { Tensor(zeros: $0) } ?? tensor)
    }
    try SafeTensors(tensors).write(to: path + "/model.safetensors")
    return self
  }
}
