import WeftData
import WeftTensor
import WeftText

/// A sound on its way to a text.
struct TranscriptionRun {
  private let core: SpeechCore
  private let settings: TranscriptionSettings
  private let features: Tensor
  private let batch: GenerationBatch
  private var windows: SoundWindows
  /// The token of the language, once it is known.
  private var languageToken: Int?

  /// - Throws: `ModelError` for settings that cannot be.
  init(_ core: SpeechCore, _ sound: Sound, _ settings: TranscriptionSettings) throws {
    let (tokens, options) = (core.tokens, core.mel.options)
    var settings = settings
    languageToken = try settings.language.map { try tokens.language($0) }
    _ = try tokens.prompt(language: languageToken ?? tokens.languages.values.min(), settings)
    if settings.hasTimestamps { settings.generation.rules.timestamps = tokens.timestampRules }
    features = try withTensorErrors {
      let features = try core.features(of: sound)
      try checkTensorErrors()
      return features
    }
    windows = SoundWindows(
      count: features.shape[1], size: options.windowPieces,
      pieceSeconds: Double(options.hop) / Double(options.sampleRate),
      firstTimestamp: settings.hasTimestamps ? tokens.firstTimestamp : nil)
    batch = GenerationBatch(core.writer, limit: 1, promptCacheBytes: 0)
    (self.core, self.settings) = (core, settings)
  }

  /// The language that was asked for or heard.
  var language: String? {
    languageToken.flatMap { token in core.tokens.languages.first { $0.value == token }?.key }
  }

  /// The parts of the next window; nil at the end.
  mutating func next() throws -> [TranscriptSegment]? {
    guard let window = windows.next else { return nil }
    let cache = try withTensorErrors {
      let cache = core.model.cache(following: self.window(window))
      try checkTensorErrors()
      return cache
    }
    if languageToken == nil, !core.tokens.languages.isEmpty { languageToken = try heardLanguage(cache) }
    let written = try text(cache)
    return try windows.take(written).map { part in
      TranscriptSegment(text: try words(part.tokens), start: part.start, end: part.end, tokens: part.tokens)
    }
  }

  /// The features of a window, silence behind the sound's end.
  private func window(_ range: Range<Int>) -> Tensor {
    let part = features.sliced(axis: 1, from: range.lowerBound, to: range.upperBound)
    let missing = windows.size - range.count
    return missing == 0 ? part : concatenated([part, Tensor(zeros: [part.shape[0], missing])], axis: 1)
  }

  /// The language that is the likeliest behind the start; the cache has read that then.
  private func heardLanguage(_ cache: SequenceCache) throws -> Int? {
    try withTensorErrors {
      let logits = core.model.logits(continuing: [(cache, [core.tokens.start])])
      try checkTensorErrors()
      let scores = logits.scalars(as: Float.self)
      let all = core.tokens.languages.values.sorted().filter { scores.indices.contains($0) }
      return all.max { scores[$0] < scores[$1] }
    }
  }

  /// The tokens that the model writes of a window, without the one that ends them.
  private func text(_ cache: SequenceCache) throws -> [Int] {
    let prompt = try core.tokens.prompt(language: languageToken, settings)
    var tokens: [Int] = []
    _ = try batch.add(prompt, settings: settings.generation) { cache }
    while !batch.isEmpty { tokens += try batch.step().map(\.token) }
    if let last = tokens.last, core.writer.endTokens.contains(last) { tokens.removeLast() }
    return tokens
  }

  /// The text of tokens, without those of times.
  private func words(_ tokens: [Int]) throws -> String {
    let first = core.tokens.firstTimestamp ?? .max
    return try core.writer.tokenizer.decode(tokens.filter { $0 < first })
  }
}
