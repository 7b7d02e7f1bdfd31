import WeftData
import WeftTensor

/// A model that hears with what belongs to it: what a recognizer and all its runs share, and nobody changes.
struct SpeechCore {
  let model: WhisperModel
  let mel: LogMel
  let tokens: SpeechTokens
  /// What continues its texts.
  let writer: GeneratorCore

  init(_ folder: ModelFolder, _ dtype: DType?) throws {
    let configuration = folder.configuration
    try Self.checkHead(configuration)
    let opened = try SequenceFamily(configuration) == .whisper ? folder.sequenceToSequenceModel(as: dtype) : nil
    guard let model = opened as? WhisperModel else {
      throw configuration.failure(
        "model_type", .unsupported, expected: "a model that reads sounds: whisper", found: "one that reads texts",
        hint: "`TextToTextGenerator`, or `weft generate`, takes it")
    }
    let options = try folder.soundOptions(for: model)
    let tokenizer = try folder.tokenizer()
    tokens = try SpeechTokens(folder, tokenizer, model)
    writer = GeneratorCore(
      model, tokenizer, nil, tokens.end, rules: try folder.tokenRules(vocabularySize: model.options.vocabularySize))
    (self.model, mel) = (model, LogMel(options))
  }

  /// Whether a configuration is of a model that writes, rather than of one that tells classes of sounds.
  static func writes(_ configuration: ModelConfiguration) throws(ModelError) -> Bool {
    let architectures = try configuration.texts("architectures") ?? []
    return architectures.isEmpty || architectures.contains { $0.hasSuffix("ForConditionalGeneration") }
  }

  private static func checkHead(_ configuration: ModelConfiguration) throws(ModelError) {
    guard try writes(configuration) else {
      throw configuration.failure(
        "architectures", .unsupported, expected: "a model that writes: WhisperForConditionalGeneration",
        found: try configuration.texts("architectures")?.joined(separator: ", ") ?? "nothing")
    }
  }

  /// Samples of a sound: some four and a half hours at 16,000 a second.
  private static let longest = 1 << 28

  /// What the model hears of a sound of any rate and any number of channels, [bands, pieces].
  /// - Throws: `ModelError` for a sound that becomes too long at the model's rate.
  func features(of sound: Sound) throws(ModelError) -> Tensor { mel(try samples(of: sound)) }

  /// The same, a part at a time.
  func listening(to sound: Sound) throws(ModelError) -> LogMelRun { mel.run(try samples(of: sound)) }

  private func samples(of sound: Sound) throws(ModelError) -> [Float] {
    let length = sound.seconds * Double(mel.options.sampleRate)
    guard length <= Double(Self.longest) else {
      throw ModelError(
        .input, path: "sound", expected: "at most \(Self.longest) samples at \(mel.options.sampleRate) a second",
        found: "\(length)")
    }
    return sound.mono().resampled(to: mel.options.sampleRate).channels[0]
  }
}

extension ModelFolder {
  /// How sound becomes what a model hears: `preprocessor_config.json`, or the part of `processor_config.json` that newer
  /// folders have.
  func soundOptions(for model: WhisperModel) throws(ModelError) -> LogMelOptions {
    let own = try configuration("preprocessor_config.json")
    let joined = try configuration("processor_config.json")?.part(optional: "feature_extractor")
    guard let settings = own ?? joined else {
      var options = LogMelOptions()
      options.bands = model.bands
      try check(options, configuration, model)
      return options
    }
    let options = try LogMelOptions(settings, bands: model.bands)
    try check(options, settings, model)
    return options
  }

  private func check(
    _ options: LogMelOptions, _ settings: ModelConfiguration, _ model: WhisperModel
  ) throws(ModelError) {
    guard options.bands == model.bands else {
      throw settings.failure("feature_size", expected: "the model's \(model.bands) bands", found: "\(options.bands)")
    }
    guard options.windowPieces == model.pieces else {
      throw settings.failure(
        "chunk_length", expected: "windows of \(model.pieces) pieces, twice the model's max_source_positions",
        found: "\(options.windowPieces)")
    }
  }
}
