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
    if !tokens.languages.isEmpty { settings.language = settings.language ?? tokens.standardLanguage }
    if !tokens.tasks.isEmpty { settings.task = settings.task ?? tokens.standardTask }
    // What a text is worth is told by what may come.
    settings.generation.tellsRuledProbability = true
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
    let silence = try begin(cache)
    guard let written = try bestText(cache, silence: silence) else {
      windows.skip()
      return []
    }
    return try windows.take(written.tokens).map { part in
      TranscriptSegment(
        text: try words(part.tokens), start: part.start, end: part.end, tokens: part.tokens,
        temperature: written.temperature, logProbability: written.logProbability, compression: written.compression,
        silence: written.silence)
    }
  }

  /// The features of a window, silence behind the sound's end.
  private func window(_ range: Range<Int>) -> Tensor {
    let part = features.sliced(axis: 1, from: range.lowerBound, to: range.upperBound)
    let missing = windows.size - range.count
    return missing == 0 ? part : concatenated([part, Tensor(zeros: [part.shape[0], missing])], axis: 1)
  }

  /// Reads the token that texts start with: finds the language where nobody knows it, and the probability that nobody
  /// speaks, where that counts.
  private mutating func begin(_ cache: SequenceCache) throws -> Double {
    let isUnheard = languageToken == nil && !core.tokens.languages.isEmpty
    let silent = settings.fallback == nil ? nil : core.tokens.noTimestamps.map { $0 - 1 }
    guard isUnheard || silent != nil else { return 0 }
    let logits = try withTensorErrors {
      let logits = core.model.logits(continuing: [(cache, [core.tokens.start])])
      try checkTensorErrors()
      return logits
    }
    let scores = logits.scalars(as: Float.self)
    if isUnheard {
      let all = core.tokens.languages.values.sorted().filter { scores.indices.contains($0) }
      languageToken = all.max { scores[$0] < scores[$1] }
    }
    guard let silent, scores.indices.contains(silent) else { return 0 }
    return Double(logits.softmax(axis: 1)[0, silent].item(as: Float.self))
  }

  /// The first good text of a window, or the last that was tried; nil where nobody speaks in it.
  private func bestText(_ cache: SequenceCache, silence: Double) throws -> WrittenWindow? {
    let (read, fallback) = (cache.count, settings.fallback)
    var best: WrittenWindow?
    let temperatures = fallback?.temperatures ?? []
    for temperature in temperatures.isEmpty ? [settings.generation.temperature] : temperatures {
      cache.truncate(to: read)
      let written = try text(cache, temperature, silence)
      if fallback?.isSilent(written) ?? false { return nil }
      best = written
      guard fallback?.isPoor(written) ?? false else { break }
    }
    return best
  }

  /// What the model writes of a window.
  private func text(_ cache: SequenceCache, _ temperature: Double, _ silence: Double) throws -> WrittenWindow {
    let prompt = try core.tokens.prompt(language: languageToken, settings)
    var generation = settings.generation
    generation.temperature = temperature
    var written: [GeneratedToken] = []
    _ = try batch.add(prompt, settings: generation) { cache }
    while !batch.isEmpty { written += try batch.step() }
    return WrittenWindow(
      written, end: core.writer.endTokens, vocabularySize: core.model.options.vocabularySize, temperature: temperature,
      silence: silence)
  }

  /// The text of tokens, without those of times, up to a text that ends it.
  private func words(_ tokens: [Int]) throws -> String {
    let first = core.tokens.firstTimestamp ?? .max
    let text = try core.writer.tokenizer.decode(tokens.filter { $0 < first })
    var stop = StopText(settings.generation.stopStrings)
    let (kept, isStopped) = stop.append(text)
    return isStopped ? kept : kept + stop.finish()
  }
}
