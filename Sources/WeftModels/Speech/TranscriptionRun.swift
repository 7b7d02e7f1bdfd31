import WeftData
import WeftTensor
import WeftText

/// A sound on its way to a text, step by step: between two steps a server may do something else.
package struct TranscriptionRun {
  private let core: SpeechCore
  private let settings: TranscriptionSettings
  private let batch: GenerationBatch
  /// What is still to be heard of the sound.
  private var listening: LogMelRun
  /// What is heard of it, once that is all.
  private var features: Tensor?
  private var windows: SoundWindows
  /// The token of the language, once it is known.
  private var languageToken: Int?
  /// What is written of a window, while it is.
  private var writing: WindowWriting?

  /// What has come of a step.
  package enum Step {
    /// Nothing yet.
    case goesOn
    /// The parts of a window; none where nobody speaks in it.
    case segments([TranscriptSegment])
    /// The sound is at its end.
    case end
  }

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
    listening = try core.listening(to: sound)
    windows = SoundWindows(
      count: listening.count, size: options.windowPieces,
      pieceSeconds: Double(options.hop) / Double(options.sampleRate),
      firstTimestamp: settings.hasTimestamps ? tokens.firstTimestamp : nil)
    batch = GenerationBatch(core.writer, limit: 1, promptCacheBytes: 0)
    (self.core, self.settings) = (core, settings)
  }

  /// The language that was asked for or heard.
  package var language: String? {
    languageToken.flatMap { token in core.tokens.languages.first { $0.value == token }?.key }
  }

  /// The parts of the next window; nil at the end.
  mutating func next() throws -> [TranscriptSegment]? {
    while true {
      switch try step() {
      case .goesOn: continue
      case .segments(let segments): return segments
      case .end: return nil
      }
    }
  }

  /// Goes on by a part of the sound, by a window that is read or by a token that is written.
  package mutating func step() throws -> Step {
    guard let features else {
      features = try withTensorErrors {
        let features = listening.step()
        try checkTensorErrors()
        return features
      }
      return .goesOn
    }
    guard writing != nil else {
      guard let window = windows.next else { return .end }
      writing = try hear(window, of: features)
      return .goesOn
    }
    return try write()
  }

  /// Reads a window.
  private mutating func hear(_ range: Range<Int>, of features: Tensor) throws -> WindowWriting {
    let cache = try withTensorErrors {
      let cache = core.model.cache(following: window(range, of: features))
      try checkTensorErrors()
      return cache
    }
    let silence = try begin(cache)
    let temperatures = settings.fallback?.temperatures ?? []
    return WindowWriting(
      cache, silence: silence, temperatures: temperatures.isEmpty ? [settings.generation.temperature] : temperatures)
  }

  /// Writes a token of a window; behind the last one, the first good text of the window counts, or the last that was
  /// tried, or none where nobody speaks in it.
  private mutating func write() throws -> Step {
    guard var window = writing, let temperature = window.temperatures.first else { return .end }
    if batch.isEmpty {
      window.cache.truncate(to: window.read)
      var generation = settings.generation
      generation.temperature = temperature
      _ = try batch.add(try core.tokens.prompt(language: languageToken, settings), settings: generation) {
        window.cache
      }
    }
    window.tokens += try batch.step()
    writing = window
    guard batch.isEmpty else { return .goesOn }
    let written = WrittenWindow(
      window.tokens, end: core.writer.endTokens, vocabularySize: core.model.options.vocabularySize,
      temperature: temperature, silence: window.silence)
    let isSilent = settings.fallback?.isSilent(written) ?? false
    let isPoor = settings.fallback?.isPoor(written) ?? false
    if !isSilent, isPoor, window.temperatures.count > 1 {
      writing = window.again
      return .goesOn
    }
    writing = nil
    return try end(isSilent ? nil : written)
  }

  /// The parts of a window that is written; nil where nobody speaks in it.
  private mutating func end(_ written: WrittenWindow?) throws -> Step {
    guard let written else {
      windows.skip()
      return .segments([])
    }
    return .segments(
      try windows.take(written.tokens).map { part in
        TranscriptSegment(
          text: try words(part.tokens), start: part.start, end: part.end, tokens: part.tokens,
          temperature: written.temperature, logProbability: written.logProbability, compression: written.compression,
          silence: written.silence)
      })
  }

  /// The features of a window, silence behind the sound's end.
  private func window(_ range: Range<Int>, of features: Tensor) -> Tensor {
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

  /// The text of tokens, without those of times, up to a text that ends it.
  private func words(_ tokens: [Int]) throws -> String {
    let first = core.tokens.firstTimestamp ?? .max
    let text = try core.writer.tokenizer.decode(tokens.filter { $0 < first })
    var stop = StopText(settings.generation.stopStrings)
    let (kept, isStopped) = stop.append(text)
    return isStopped ? kept : kept + stop.finish()
  }
}

/// A window that is being written down.
private struct WindowWriting {
  let cache: SequenceCache
  /// How much of the cache was there before the text.
  let read: Int
  /// The probability that nobody speaks.
  let silence: Double
  /// The temperatures that are to be tried, beginning with the present one.
  var temperatures: [Double]
  /// What is written at this temperature.
  var tokens: [GeneratedToken] = []

  init(_ cache: SequenceCache, silence: Double, temperatures: [Double]) {
    (self.cache, read, self.silence, self.temperatures) = (cache, cache.count, silence, temperatures)
  }

  /// The same at the next temperature.
  var again: WindowWriting {
    var next = self
    next.tokens = []
    next.temperatures.removeFirst()
    return next
  }
}
