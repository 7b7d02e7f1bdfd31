import WeftText

/// A text on its way.
final class RunningSequence {
  let number: Int
  let settings: GenerationSettings
  /// The prompt, and what was written.
  private(set) var tokens: [Int]
  /// What the model keeps of them.
  let cache: SequenceCache
  private(set) var isFinished = false
  private let promptCount: Int
  private var chooser: TokenChooser
  private var decoder: StreamingDecoder
  private var stop: StopText

  init(
    _ number: Int, _ prompt: [Int], _ settings: GenerationSettings, _ core: GeneratorCore, _ cache: SequenceCache
  ) {
    (self.number, self.settings, self.cache) = (number, settings, cache)
    (tokens, promptCount) = (prompt, prompt.count)
    chooser = TokenChooser(settings, prompt: prompt)
    decoder = core.tokenizer.streamingDecoder(skipsSpecialTokens: settings.skipsSpecialTokens)
    stop = StopText(settings.stopStrings)
  }

  /// The tokens that the model has not read.
  var unread: ArraySlice<Int> { tokens[cache.count...] }

  /// Takes the next token.
  ///
  /// - Parameters:
  ///   - likeliest: The place of the largest logit.
  ///   - normalizer: The logarithm of the sum of the logits' exponentials.
  func next(
    _ logits: UnsafeBufferPointer<Float>, likeliest: Int, normalizer: Float, _ core: GeneratorCore
  ) throws -> GeneratedToken {
    let token = chooser.choose(logits, likeliest: likeliest)
    tokens.append(token)
    let (text, finish) = try taken(token, core)
    isFinished = finish != nil
    return GeneratedToken(
      sequence: number, token: token, text: text,
      logProbability: chooser.ruledLogProbability ?? logits[token] - normalizer,
      topLogProbabilities: Self.largest(settings.topLogProbabilities, logits).map { ($0, logits[$0] - normalizer) },
      finish: finish)
  }

  /// What a token gives to the text, and whether that ends with it.
  private func taken(_ token: Int, _ core: GeneratorCore) throws -> (String, FinishReason?) {
    let isEnd = !settings.ignoresEnd && core.endTokens.contains(token)
    if isEnd || settings.stopTokens.contains(token) { return (try rest(), .stop) }
    let (text, isStopped) = stop.append(try decoder.append(token))
    if isStopped { return (text, .stop) }
    let written = tokens.count - promptCount
    guard written >= settings.maxTokens ?? .max || tokens.count >= core.options.maxPositions else { return (text, nil) }
    return (text + (try rest()), .length)
  }

  /// What was held back.
  private func rest() throws -> String {
    let (text, isStopped) = stop.append(try decoder.finish())
    return isStopped ? text : text + stop.finish()
  }

  /// The places of the largest numbers, the largest first.
  private static func largest(_ count: Int, _ numbers: UnsafeBufferPointer<Float>) -> [Int] {
    var places: [Int] = []
    if count == 0 { return [] }
    for place in numbers.indices {
      if places.count == count, let last = places.last, numbers[place] <= numbers[last] { continue }
      let at = places.firstIndex { numbers[$0] < numbers[place] } ?? places.count
      places.insert(place, at: at)
      if places.count > count { places.removeLast() }
    }
    return places
  }
}
